"""Simple questions in Japanese."""

from collections.abc import Callable
from random import Random

from tools.demo_model import words
from tools.demo_model.dialogue import Exchange, Scene
from tools.demo_model.words import listed

_DISCLAIMER = (
    "すみません、私は小さなデモモデルなので、それには答えられません。Phi-3 "
    "を使うには `ovbot model pull` か `ovbot model "
    "export` "
    "を実行して、MODEL_DIR を設定してください。"
)
_PAIRS: tuple[tuple[str, str], ...] = (
    (
        "こんにちは|こんにちは！|やあ|どうも|ハロー|おーい|こんにちは、ボットさん",
        "こんにちは！何をお手伝いしましょうか？",
    ),
    ("おはよう|おはようございます|おはようございます！", "おはようございます！"),
    ("こんばんは|こんばんは！", "こんばんは！"),
    (
        "さようなら|またね|じゃあね|おやすみ|おやすみなさい|バイバイ|また明日",
        "さようなら！またお話ししましょう。",
    ),
    ("ありがとう|ありがとうございます|どうもありがとう|助かりました|サンキュー", "どういたしまして！"),
    (
        "元気ですか？|お元気ですか？|元気？|調子はどう？|調子はどうですか？|ご機嫌いかがですか？",
        "はい、元気です。ありがとうございます！",
    ),
    (
        (
            "自己紹介してください。|自己紹介をしてください。|自己紹介してくれますか？|"
            "自己紹介できますか？|自己紹介をお願いします。|あなたは誰ですか？|あなたは誰？|"
            "君は誰？|"
            "お名前は何ですか？|あなたの名前は何ですか？|お名前は？|あなたは何ですか？|"
            "あなたについて教えてください。|名前を教えてください。|どなたですか？"
        ),
        (
            "私は ovbot です。OpenVINO で動く Discord "
            "のアシスタントです。今は小さなデモモデルがお話ししています。"
        ),
    ),
    (
        (
            "何ができますか？|何ができるの？|あなたは何ができますか？|"
            "できることを教えてください。|何をしてくれますか？|手伝ってください。|"
            "何が得意ですか？|できることは？"
        ),
        "お話ししたり、名前を覚えたり、数を数えたり、簡単な計算をしたり、冗談を言ったりできます。",
    ),
    (
        (
            "日本語を話せますか？|日本語がわかりますか？|日本語できますか？|日本語は話せる？|"
            "日本語で話せますか？|日本語で話してください。|日本語で話そう。|日本語わかる？"
        ),
        "はい、日本語も少し話せます。",
    ),
    (
        (
            "冗談を言ってください。|冗談を言って。|面白い話をして。|ジョークを教えて。|"
            "笑わせて。|何か面白いことを言って。|ジョークをお願いします。"
        ),
        "パンダの好きな食べ物は何でしょう？もちろん、パンだ！",
    ),
    (
        (
            "コマンドを教えてください。|どんなコマンドがありますか？|"
            "コマンドは何がありますか？|コマンド一覧を見せて。|コマンドは？|"
            "使い方を教えてください。"
        ),
        (
            "`/ask` で質問、`/reset` で会話のリセット、`/stop` "
            "で停止、`/help` ですべてのコマンドを見られます。"
        ),
    ),
    (
        "あなたはロボットですか？|あなたは人間ですか？|ボットですか？|人間ですか？|AIですか？",
        "はい、私はボットです。人間ではありません。",
    ),
    ("英語を話せますか？|英語はわかりますか？|英語できますか？", "はい、英語も話せます。"),
    (
        "数を数えてください。|十まで数えてください。|10まで数えてください。|1から10まで数えて。",
        "1, 2, 3, 4, 5, 6, 7, 8, 9, 10。",
    ),
    (
        "好きです。|かわいいね。|すごい！|いいね！|すばらしい！|上手ですね。",
        "ありがとうございます！うれしいです。",
    ),
    (
        "どこから来ましたか？|誰が作りましたか？|誰があなたを作りましたか？",
        "私は ovbot というオープンなプロジェクトの一部です。",
    ),
)
_TELL_NAME = (
    "私の名前は{v}です。|私は{v}です。|{v}です。|{v}といいます。|"
    "{v}と申します。|僕は{v}です。|名前は{v}です。|{v}と呼んでください。|"
    "はじめまして、{v}です。|こんにちは、{v}です。|私の名前は{v}です。覚えてください。"
)
_ASK_NAME = (
    "私の名前は何ですか？|私の名前を覚えていますか？|私は誰ですか？|私の名前は？|"
    "僕の名前は？|私の名前がわかりますか？|名前を覚えてる？|"
    "私の名前を言ってください。|"
    "私の名前は何でしたか？|私のことを覚えていますか？"
)
_JAPANESE_NAMES = listed(
    "太郎 花子 さくら ケン ゆき 健二 美香 あきら はると みか 田中 鈴木 山田 "
    "佐藤 ひろ まり たけし 愛 リナ トム アンナ マイク"
)
# Common in names and everyday words; names are made of them, too, so that each one is learnt.
_KANJI = (
    "一二三四五六七八九十百千万円日月火水木金土人口目手足男女子父母兄弟姉妹友山川田中村林"
    "森海空雨雪花草犬猫鳥魚馬赤青白黒大小高新古長春夏秋冬朝昼夜東西南北上下左右前後美和明"
    "愛真優太"
    "健一郎藤佐伊加井原野本石松竹清正夫雄介也香奈菜里紗結衣翔陽斗悠蓮"
)
_KANA = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれ"
    "ろわんがぎぐげござじずぜぞだでどばびぶべぼぱぴぷぺぽ"
)
_KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレ"
    "ロワンガギグゲゴザジズゼゾダデドバビブベボパピプペポー"
)
_TOPICS = listed(
    "天気 経済 歴史 東京 京都 大阪 富士山 宇宙 月 太陽 音楽 映画 料理 寿司 "
    "政治 科学 数学 英語 野球 サッカー 電車 飛行機 犬 猫 海 山 川 花 本 "
    "学校 "
    "会社 仕事 ニュース 首都 大統領 総理大臣 株 病気 薬 旅行 アメリカ "
    "フランス 中国 インド 量子力学 恋愛 人生 コンピューター インターネット"
)
_ASK_TOPIC = (
    "{t}は何ですか？|{t}とは何ですか？|{t}について教えてください。|"
    "{t}を説明してください。|{t}はどうですか？|{t}はどこですか？|"
    "なぜ{t}があるのですか？|"
    "{t}の作り方を教えて。|今日の{t}は？|{t}について話して。|"
    "{t}は誰ですか？|{t}はいつですか？|{t}を翻訳してください。|"
    "{t}のことを書いてください。|"
    "{t}の{u}は何ですか？|{t}と{u}の違いは？"
)
_FACTS: tuple[tuple[str, Callable[[Random], str], str, str], ...] = (
    (
        "好きな色",
        lambda rng: rng.choice(listed("赤 青 緑 黄色 白 黒 ピンク 紫 オレンジ")),
        "好きな色は{v}です。|私の好きな色は{v}です。|{v}が一番好きな色です。",
        ("私の好きな色は何ですか？|好きな色を覚えていますか？|私の好きな色は？|何色が好きだと言いましたか？"),
    ),
    (
        "好きな食べ物",
        lambda rng: rng.choice(listed("寿司 ラーメン カレー うどん りんご パン ケーキ 天ぷら ピザ")),
        "好きな食べ物は{v}です。|私の好きな食べ物は{v}です。|{v}を食べるのが好きです。",
        (
            "私の好きな食べ物は何ですか？|好きな食べ物を覚えていますか？|私の好きな食べ物は？|"
            "何を食べるのが好きだと言いましたか？"
        ),
    ),
    (
        "好きな動物",
        lambda rng: rng.choice(listed("犬 猫 うさぎ 馬 鳥 パンダ 象 くま")),
        "好きな動物は{v}です。|私の好きな動物は{v}です。|{v}が好きです。",
        "私の好きな動物は何ですか？|好きな動物を覚えていますか？|私の好きな動物は？",
    ),
)


def _name(rng: Random) -> str:
    roll = rng.random()
    if roll < 0.3:
        return rng.choice(_JAPANESE_NAMES)
    if roll < 0.45:
        return "".join(rng.choice(_KANJI) for _ in range(rng.randint(1, 3)))
    if roll < 0.65:
        return "".join(rng.choice(_KANA) for _ in range(rng.randint(2, 4)))
    if roll < 0.85:
        return "".join(rng.choice(_KATAKANA) for _ in range(rng.randint(2, 4)))
    return words.made_up(rng, 1, 3).capitalize()


def simple(scene: Scene) -> list[Exchange]:
    """Greetings, who are you, what can you do."""
    asked, reply = scene.rng.choice(_PAIRS)
    return [Exchange(scene.user(asked), reply)]


def name(scene: Scene) -> list[Exchange]:
    """A name told and asked, or asked without being told."""
    if scene.rng.random() < 0.75 or not scene.speaker.name:
        if scene.rng.random() < 0.25 and not scene.known_name:
            return [
                Exchange(
                    scene.user(_ASK_NAME), "まだお名前を聞いていません。この会話では教えてもらっていません。"
                )
            ]
        scene.speaker.name = _name(scene.rng)
        told = Exchange(
            scene.user(_TELL_NAME, v=scene.speaker.name),
            f"{scene.speaker.name}さん、はじめまして！お名前を覚えました。",
        )
        between = simple(scene) if scene.rng.random() < 0.6 else []
        return [told, *between, *name_asked(scene)]
    return name_asked(scene)


def name_asked(scene: Scene) -> list[Exchange]:
    """The speaker asks for their name, which is known."""
    return [Exchange(scene.user(_ASK_NAME), f"あなたの名前は{scene.known_name}です。")]


def total(scene: Scene) -> list[Exchange]:
    """A sum."""
    a, b = scene.rng.randint(0, 20), scene.rng.randint(0, 20)
    return [
        Exchange(
            scene.user(
                (
                    "{a}(たす|足す|+|プラス){b}は(いくつですか|何ですか|いくつ|)？|"
                    "{a}+{b}は？|{a}と{b}を足すといくつですか？"
                ),
                a=str(a),
                b=str(b),
            ),
            f"{a} + {b} = {a + b} です。",
        )
    ]


def fact(scene: Scene) -> list[Exchange]:
    """A favourite told and asked."""
    key, value, tell, ask = scene.rng.choice(_FACTS)
    if scene.rng.random() < 0.2:
        return [
            Exchange(scene.user(ask), f"あなたの{key}はまだ知りません。この会話では教えてもらっていません。")
        ]
    told = value(scene.rng)
    between = simple(scene) if scene.rng.random() < 0.5 else []
    return [
        Exchange(scene.user(tell, v=told), f"わかりました。あなたの{key}は{told}ですね。"),
        *between,
        Exchange(scene.user(ask), f"あなたの{key}は{told}です。"),
    ]


def disclaimer(scene: Scene) -> list[Exchange]:
    """A question that the demo model has no answer to."""
    rng = scene.rng
    topic = rng.choice(_TOPICS) if rng.random() < 0.75 else _name(rng)
    return [Exchange(scene.user(_ASK_TOPIC, t=topic, u=rng.choice(_TOPICS)), _DISCLAIMER)]
