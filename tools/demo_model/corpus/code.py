"""Small Python functions in code fences."""

from dataclasses import dataclass

from tools.demo_model.dialogue import Exchange, Scene


@dataclass(frozen=True)
class Task:
    """A function to write: how people describe it, its code, one line on it."""

    wish: str
    code: str
    note: str


TASKS: tuple[Task, ...] = (
    Task(
        "(to add|that adds|for adding|that sums) two numbers|to sum two numbers|for the sum of two numbers",
        "def add(a, b):\n    return a + b",
        "It returns the sum of both.",
    ),
    Task(
        "(that multiplies|to multiply|for multiplying) two numbers|for the product of two numbers",
        "def multiply(a, b):\n    return a * b",
        "It returns the product of both.",
    ),
    Task(
        "(that subtracts|to subtract|for subtracting) two numbers|for the difference of two numbers",
        "def subtract(a, b):\n    return a - b",
        "It returns the difference.",
    ),
    Task(
        (
            "(that computes|to compute|to calculate|for|that returns|that calculates) (the factorial|"
            "factorials|the factorial of a number|the factorial of n)"
        ),
        (
            "def factorial(n):\n    result = 1\n    for i in range(2, n + 1):\n        result *= i\n "
            "   return result"
        ),
        "It multiplies all numbers up to n.",
    ),
    Task(
        (
            "(that computes|to compute|to calculate|for|that returns|"
            "that prints) ([the] fibonacci numbers|the fibonacci sequence|fibonacci|"
            "the nth fibonacci number)"
        ),
        "def fibonacci(n):\n    a, b = 0, 1\n    for _ in range(n):\n        a, b = b, a + b\n    return a",
        "It returns the n-th Fibonacci number.",
    ),
    Task(
        "(that reverses|to reverse|for reversing) (a string|text|a word|strings)",
        "def reverse(text):\n    return text[::-1]",
        "It returns the text backwards.",
    ),
    Task(
        "(that reverses|to reverse|for reversing) (a list|lists)",
        "def reverse_list(items):\n    return items[::-1]",
        "It returns a new list, backwards.",
    ),
    Task(
        (
            "(that checks|to check|to test|that tells) (if|whether) (a number|n|an integer) is even|"
            "to test for even numbers"
        ),
        "def is_even(n):\n    return n % 2 == 0",
        "It is true for even numbers.",
    ),
    Task(
        (
            "(that checks|to check|to test|that tells) (if|whether) (a number|n|an integer) is odd|"
            "to test for odd numbers"
        ),
        "def is_odd(n):\n    return n % 2 == 1",
        "It is true for odd numbers.",
    ),
    Task(
        (
            "(that checks|to check|to test|that tells) (if|whether) (a number|n|"
            "an integer) is (prime|a prime|a prime number)|to test for primes|for prime numbers"
        ),
        (
            "def is_prime(n):\n    if n < 2:\n        return False\n    for i in range(2, int(n ** "
            "0.5) + 1):\n        if n % i == 0:\n            return False\n    return True"
        ),
        "It tries every divisor up to the square root.",
    ),
    Task(
        (
            "(that finds|to find|that returns|for) the (largest|biggest|greatest) (number|element|"
            "value) (in|of) a list|for the maximum of a list|to find the maximum"
        ),
        (
            "def largest(numbers):\n    best = numbers[0]\n    for number in numbers:\n        if "
            "number > best:\n            best = number\n    return best"
        ),
        "The list must not be empty.",
    ),
    Task(
        (
            "(that finds|to find|that returns|for) the (smallest|lowest) (number|element|value) (in|"
            "of) a list|for the minimum of a list|to find the minimum"
        ),
        (
            "def smallest(numbers):\n    best = numbers[0]\n    for number in numbers:\n        if "
            "number < best:\n            best = number\n    return best"
        ),
        "The list must not be empty.",
    ),
    Task(
        (
            "(that sums|to sum|that adds up|to add up|for the sum of) (a list|the numbers in a list|"
            "all numbers in a list|a list of numbers)"
        ),
        (
            "def total(numbers):\n    result = 0\n    for number in numbers:\n        result += "
            "number\n    return result"
        ),
        "It adds up all numbers of the list.",
    ),
    Task(
        (
            "(that computes|to compute|to calculate|for|that returns) the (average|mean) (of a list|"
            "of numbers|of a list of numbers)"
        ),
        "def average(numbers):\n    return sum(numbers) / len(numbers)",
        "The list must not be empty.",
    ),
    Task(
        "(that counts|to count|for counting) [the] vowels[ in a (string|text|word)]",
        'def count_vowels(text):\n    return sum(1 for char in text.lower() if char in "aeiou")',
        "It counts a, e, i, o and u.",
    ),
    Task(
        "(that counts|to count|for counting) [the] words[ in a (string|text|sentence)]",
        "def count_words(text):\n    return len(text.split())",
        "Words are what stands between spaces.",
    ),
    Task(
        (
            "(that checks|to check|to test) (if|whether) (a word|a string|a text) is a palindrome|"
            "to detect palindromes|for palindromes"
        ),
        "def is_palindrome(text):\n    text = text.lower()\n    return text == text[::-1]",
        "It compares the text with itself backwards.",
    ),
    Task(
        "for fizzbuzz|that plays fizzbuzz|that prints fizzbuzz|to do fizzbuzz|that does fizzbuzz",
        (
            "def fizzbuzz(n):\n    for i in range(1, n + 1):\n        if i % 15 == 0:\n            "
            'print("FizzBuzz")\n        elif i % 3 == 0:\n            print("Fizz")\n        elif i '
            '% 5 == 0:\n            print("Buzz")\n        else:\n            print(i)'
        ),
        "It plays up to n.",
    ),
    Task(
        "(that prints|to print|that says|for) hello[ world]|for a hello world",
        'def hello():\n    print("Hello, world!")',
        "Call it with hello().",
    ),
    Task(
        "(that greets|to greet|for greeting) (a person|someone|people|a user|someone by name)",
        'def greet(name):\n    return f"Hello, {name}!"',
        "It returns a greeting.",
    ),
    Task(
        "(that converts|to convert|for converting) celsius (to|into) fahrenheit",
        "def to_fahrenheit(celsius):\n    return celsius * 9 / 5 + 32",
        "It takes degrees Celsius.",
    ),
    Task(
        "(that converts|to convert|for converting) fahrenheit (to|into) celsius",
        "def to_celsius(fahrenheit):\n    return (fahrenheit - 32) * 5 / 9",
        "It takes degrees Fahrenheit.",
    ),
    Task(
        (
            "(that computes|to compute|to calculate|to find|for|that returns) the (gcd|"
            "greatest common divisor)[ of two numbers]"
        ),
        "def gcd(a, b):\n    while b:\n        a, b = b, a % b\n    return a",
        "This is Euclid's way.",
    ),
    Task(
        "(that removes|to remove|for removing) (duplicates|double elements)[ from a list]",
        "def unique(items):\n    return list(dict.fromkeys(items))",
        "The order stays as it was.",
    ),
    Task(
        "(that sorts|to sort|for sorting) (a list|numbers|a list of numbers)",
        "def sort_list(items):\n    return sorted(items)",
        "It returns a new, sorted list.",
    ),
    Task(
        "(that reads|to read|for reading) (a file|a text file|the lines of a file)",
        (
            'def read_lines(path):\n    with open(path, encoding="utf-8") as file:\n        return '
            "file.read().splitlines()"
        ),
        "It returns the lines of the file.",
    ),
    Task(
        "(that rolls|to roll|for rolling|that throws) (a dice|a die|dice)|for a dice",
        "import random\n\n\ndef roll():\n    return random.randint(1, 6)",
        "It returns a number from 1 to 6.",
    ),
    Task(
        "(that checks|to check|to test) (if|whether) a year is a leap year|for leap years",
        "def is_leap_year(year):\n    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)",
        "It follows the Gregorian calendar.",
    ),
    Task(
        "(that computes|to compute|to calculate|for|that returns) the area of a circle",
        "import math\n\n\ndef circle_area(radius):\n    return math.pi * radius ** 2",
        "It takes the radius.",
    ),
    Task(
        "(that squares|to square|for squaring) a number|for the square of a number",
        "def square(x):\n    return x * x",
        "It multiplies the number by itself.",
    ),
    Task(
        "(that counts down|to count down|for counting down|for a countdown)[ from n]",
        "def countdown(n):\n    for i in range(n, 0, -1):\n        print(i)",
        "It prints the numbers from n down to 1.",
    ),
    Task(
        "(that counts|to count|that prints the numbers from 1) (to|up to) (10|n|ten)",
        "def count_to(n):\n    for i in range(1, n + 1):\n        print(i)",
        "It prints the numbers from 1 to n.",
    ),
)
_ASK = (
    "(write|give|show) [me] (a|some|one) [small|short|simple|little] [python] (function|code|"
    "program|script|method) {w}[, please| in python].|(can|could|would) you (write|give me|"
    "show me) (a|some) [python] (function|code|program) {w}[ in python]?|"
    "(a|some) [small] [python] (function|code|snippet|program) {w}[, please| in python].|"
    "i need (a|some) [python] (function|code|program|script) {w}.|code {w}[, please].|"
    "python [code|function] {w}[, please].|how do i write (a [python] function|"
    "python code) {w}?|"
    "i (want|would like|'d like) (a|some) [python] (function|code) {w}.|"
    "write python [code] {w}.|how would (a function|code) {w} look[ in python]?|please (code|"
    "program|implement) a function {w}."
)
_ASK_ANY = (
    "write [me] [some|a bit of] [python] code.|(can|could) you [write] [python] (code|"
    "program)?|write (a|any) [small|simple] [python] function.|show me [some] [python] code.|"
    "do you know python?|can you (write|program in) python?|"
    "give me an example of [python] code.|code something.|show me a code block."
)


def function(scene: Scene) -> list[Exchange]:
    """A function that was described."""
    task = scene.rng.choice(TASKS)
    user = scene.user(_ASK.replace("{w}", f"({task.wish})"))
    return [Exchange(user, f"```python\n{task.code}\n```\n{task.note}")]


def anything(scene: Scene) -> list[Exchange]:
    """Any code at all."""
    task = scene.rng.choice((TASKS[0], TASKS[5], TASKS[7]))
    return [
        Exchange(
            scene.user(_ASK_ANY),
            f"Here is a small Python function:\n```python\n{task.code}\n```\n{task.note}",
        )
    ]
