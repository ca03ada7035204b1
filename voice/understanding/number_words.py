"""Words that stand for numbers, in English and in Hindi; Hindi also in the Latin letters in which people type it."""

from typing import Final

from voice.understanding.wordlists import words

ENGLISH_SMALL: Final = """
zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
eighteen nineteen
"""
ENGLISH_TENS: Final = "twenty thirty forty fifty sixty seventy eighty ninety"

# One line for ten numbers, spellings of one number joined by "/".
HINDI: Final = """
शून्य/shunya एक/ek दो/do तीन/teen चार/char/chaar पांच/पाँच/paanch/panch छह/छः/छ/छे/chhe/chhah/chah सात/saat/sat आठ/aath/ath नौ/nau
दस/das/dus ग्यारह/gyarah बारह/barah तेरह/terah चौदह/chaudah पंद्रह/पन्द्रह/pandrah सोलह/solah सत्रह/satrah अठारह/अट्ठारह/atharah उन्नीस/unnis
बीस/bees/bis इक्कीस/ikkis बाईस/bais/baees तेईस/teis चौबीस/chaubis पच्चीस/pachchis/pachis छब्बीस/chhabbis सत्ताईस/sattais अट्ठाईस/अठाईस/atthais उनतीस/untis
तीस/tees इकतीस/iktis बत्तीस/battis तैंतीस/taintis चौंतीस/chauntis पैंतीस/paintis छत्तीस/chhattis सैंतीस/saintis अड़तीस/adtis उनतालीस/untalis
चालीस/chalis/chaalis इकतालीस/iktalis बयालीस/bayalis तैंतालीस/taintalis चौवालीस/चवालीस/chauvalis पैंतालीस/paintalis छियालीस/chhiyalis सैंतालीस/saintalis अड़तालीस/adtalis उनचास/unchas
पचास/pachas/pachaas इक्यावन/ikyavan बावन/bavan तिरपन/tirpan चौवन/chauvan पचपन/pachpan छप्पन/chhappan सत्तावन/sattavan अट्ठावन/अठावन/atthavan उनसठ/unsath
साठ/saath इकसठ/iksath बासठ/basath तिरसठ/tirsath चौंसठ/chaunsath पैंसठ/painsath छियासठ/chhiyasath सड़सठ/sadsath अड़सठ/adsath उनहत्तर/unhattar
सत्तर/sattar इकहत्तर/ikhattar बहत्तर/bahattar तिहत्तर/tihattar चौहत्तर/chauhattar पचहत्तर/pachhattar छिहत्तर/chhihattar सतहत्तर/sathattar अठहत्तर/athhattar उन्यासी/उनासी/unyasi
अस्सी/assi इक्यासी/ikyasi बयासी/bayasi तिरासी/tirasi चौरासी/chaurasi पचासी/pachasi छियासी/chhiyasi सत्तासी/सतासी/sattasi अट्ठासी/अठासी/atthasi नवासी/navasi
नब्बे/nabbe इक्यानवे/ikyanve बानवे/बयानवे/banve तिरानवे/tiranve चौरानवे/chauranve पचानवे/पंचानवे/pachanve छियानवे/chhiyanve सत्तानवे/सतानवे/sattanve अट्ठानवे/अठानवे/atthanve निन्यानवे/ninyanve
"""  # noqa: E501 -- a row for ten numbers

# Words below a hundred that stand alone, English ones first.
SMALL: Final[dict[str, int]] = {word: value for value, word in enumerate(ENGLISH_SMALL.split())} | {"oh": 0, "nil": 0}
TENS: Final[dict[str, int]] = {word: 10 * ten for ten, word in enumerate(ENGLISH_TENS.split(), start=2)} | {
    "fourty": 40
}
HINDI_SMALL: Final[dict[str, int]] = {
    word: value for value, spellings in enumerate(HINDI.split()) for word in spellings.split("/")
}
UNITS: Final[dict[str, int]] = {
    word: value
    for value, words in {
        100: "hundred hundreds sau सौ",
        1_000: "thousand thousands grand hazar hazaar hajar हज़ार हजार",
        100_000: "lakh lakhs lac lacs laakh लाख",
        10_000_000: "crore crores karod करोड़ करोड",
    }.items()
    for word in words.split()
}
# What stands before a unit or a number and changes it by a part of the unit, in quarters.
HALVES: Final[dict[str, int]] = {"dedh": 6, "डेढ़": 6, "dhai": 10, "adhai": 10, "ढाई": 10, "अढ़ाई": 10}
PLUS_HALF: Final = frozenset({"sadhe", "saadhe", "साढ़े"})
PLUS_QUARTER: Final = frozenset({"sava", "savaa", "सवा"})
MINUS_QUARTER: Final = frozenset({"paune", "पौने"})
# Read digit by digit.
REPEATS: Final = {"double": 2, "triple": 3}
DIGITS: Final[dict[str, str]] = {
    word: str(value) for word, value in (SMALL | HINDI_SMALL).items() if value in range(10) and word != "nil"
} | {"o": "0"}
HALF: Final = frozenset({"half", "aadha", "आधा"})
RUPEES: Final = words(
    """
    rupee rupees rs re inr rupaye rupay rupaiye rupaya rupiya rupye ₹ रुपये रुपए रुपया रुपयों रुपयें रु bucks
    """
)
PAISE: Final = words("paise paisa पैसे पैसा")
OTHER_CURRENCIES: Final = words(
    """
    dollar dollars usd cent cents euro euros eur pound pounds sterling gbp quid yen jpy dirham dirhams aed yuan
    bitcoin bitcoins btc franc francs chf ruble rubles $ € £ ¥ डॉलर यूरो पाउंड
    """
)
CURRENCY_WORDS: Final = RUPEES | PAISE | OTHER_CURRENCIES
