"""The words that a command is made of, beside numbers and names."""

from typing import Final

from voice.understanding.wordlists import phrases, sentences, words

PAY: Final = words(
    """
    pay send transfer give remit wire payment pe bhej bhejo bhejna bhejiye bhejdo de dedo dena dijiye den पे भेज
    भेजो भेजना भेजें भेजिए भेजिये दे देना दीजिए दीजिये दें ट्रांसफर
    """
)
REQUEST: Final = words(
    """
    request ask collect charge maang maango mango mangna maangna mangwao मांग मांगो माँगो माँग मांगना मंगवाओ मंगाओ
    """
)
PAY_PHRASES: Final = phrases(
    "make a payment of | make payment of | make a payment | make payment | a payment of | payment of"
)
# They follow a Hindi verb, or an English one in a Hindi sentence, and add nothing.
AUXILIARIES: Final = words(
    """
    do dena karo kar kardo karna kijiye dijiye den karen दो देना करो कर करें करना दीजिए कीजिए दें lo lena लो लेना
    """
)
TO: Final = words("to too ko को into towards")
FROM: Final = words("from se से")
FOR: Final = words("for")
# "kiraye ke liye": the note stands before.
FOR_BEHIND: Final = phrases("ke liye | के लिए | के लिये")
NOTE_WORDS: Final = phrases("with note | with a note | with the note | note | saying")
CORRECTIONS: Final = phrases(
    """
    no no | no sorry | no wait | sorry no | no make it | no | sorry | i mean | i meant | make it | make that |
    rather | correction | nahi nahi | nahin | nahi | नहीं नहीं | नहीं | matlab | मतलब
    """
)
# Politeness and hesitation: left out wherever they stand, longest first.
FILLERS: Final = phrases(
    """
    please | plz | pls | kindly | just | um | umm | uh | er | erm | hmm | hm | ah | well | okay so | so | hey | hi |
    hello | hey bank | hello bank | hey securebank | hello securebank | ok bank | okay bank | can you |
    could you | would you | will you | can you please | i want to | i wanna | i need to | i would like to | i would
    like you to | id like to | i d like to | i want you to | i have to | ill | let me | lets | let us | go ahead and
    | quickly | right now | right away | immediately | now | thanks | thank you | thank you very much | for me | if
    you can | the amount of | an amount of | amount of | a sum of | the sum of | a total of | kripya | krupaya |
    zara | jara | mujhe | mujhko | ji | bhai | mere khate se | मेरे खाते से | कृपया | ज़रा | जरा | मुझे | जी | अभी |
    abhi | jaldi | jaldi se | जल्दी | you know | like | actually | basically | alright | all right
    """
)
NEGATIONS: Final = words(
    """
    not dont don't never without mat मत cannot cant wont shouldnt didnt doesnt bina बिना
    """
)
CONDITIONS: Final = words("if unless when once until after before agar अगर yadi यदि jab जब")
TIMES: Final = words(
    """
    tomorrow later tonight yesterday monday tuesday wednesday thursday friday saturday sunday weekly monthly daily
    yearly every schedule scheduled kal parso कल परसों रोज़ रोज morning evening noon midnight
    """
)
QUESTIONS: Final = words(
    """
    why did does has have was were who whom whose whether should how kyun क्यों kaun कौन kab कब
    """
)
QUESTION_BEGINNINGS: Final = phrases("can i | may i | could i | am i | is it | what if | did i")
REPORTS: Final = words("said says told asked tells wants wanted bola boli kaha बोला बोली कहा heard")
VAGUE: Final = words(
    """
    few some several couple dozen everything all rest remaining whole maximum max most more less half enough sab
    saara sara poora pura kuch thoda thode सब सारा सारे पूरा कुछ थोड़ा थोड़े about around approximately roughly
    nearly almost
    """
)
BALANCE: Final = words("balance balances bakaya shesh बैलेंस शेष बकाया")
MONEY_ASKED: Final = phrases("how much | kitna | kitne | कितना | कितने")
ABOUT_BALANCE: Final = words(
    """
    what whats is my the me show tell check see get give know do i have how much money cash funds left available
    there in on account accounts bank current savings of mein mera mere meri khate khata kitna kitne paisa paise
    rupaye hai hain bacha bache batao bata bataiye dikhao dikhaiye kya a please मेरा मेरे मेरी खाते खाता में कितना
    कितने पैसा पैसे रुपये है हैं बचा बचे बताओ बताइए बता दिखाओ दो क्या total remaining look up
    """
)
HISTORY: Final = words(
    """
    history transactions transaction statement statements activity payments lenden hisab लेनदेन इतिहास हिसाब
    स्टेटमेंट
    """
)
ABOUT_HISTORY: Final = ABOUT_BALANCE | words(
    """
    last latest recent previous past list all few ten five three two pichle pichla aakhri ka ki ke पिछले पिछला आखिरी
    का की के display open view made did where went go spent are
    """
)
CONFIRMATIONS: Final = sentences(
    """
    yes | yes please | yeah | yep | yup | confirm | confirmed | i confirm | yes confirm | yes i confirm | ok | okay
    | go ahead | yes go ahead | do it | yes do it | correct | yes correct | that is correct | that is right | thats
    right | thats correct | right | sure | proceed | yes proceed | confirm it | confirm payment | confirm the
    payment | pay it | haan | ha | han | haan ji | ji haan | ji | theek hai | thik hai | sahi hai | haan bhej do |
    haan kar do | kar do | हाँ | हां | हाँ जी | जी हाँ | जी हां | ठीक है | सही है | हाँ भेज दो | कर दो
    """
)
CANCELLATIONS: Final = sentences(
    """
    cancel | cancel it | cancel that | cancel this | cancel payment | cancel the payment | please cancel | no | no
    thanks | no thank you | nope | stop | stop it | never mind | nevermind | forget it | abort | dont | dont do it |
    dont pay | dont send | dont send it | do not | do not pay | do not send | no cancel | no cancel it | no dont |
    wait | nahi | nahin | ruko | mat karo | mat bhejo | rehne do | cancel karo | cancel kar do | radd karo | नहीं |
    रुको | मत करो | मत भेजो | रहने दो | रद्द करो | रद्द कर दो | कैंसिल करो
    """
)
HELPS: Final = sentences(
    """
    help | help me | what can i say | what can you do | what can i do | how does this work | how do i pay | how do i
    use this | what do i say | i need help | commands | show commands | madad | madad karo | meri madad karo |
    sahayata | मदद | मदद करो | मेरी मदद करो | सहायता
    """
)
# Endings of addresses, as they are spoken and as they are written. Others are taken when they are written with "@".
ENDINGS: Final[dict[tuple[str, ...], str]] = {
    spoken: written
    for written, text in {
        "upi": "upi | u p i",
        "securebank": "securebank | secure bank",
        "okaxis": "okaxis | ok axis | okay axis",
        "oksbi": "oksbi | ok sbi | ok s b i",
        "okicici": "okicici | ok icici",
        "okhdfcbank": "okhdfcbank | ok hdfc bank",
        "ybl": "ybl | y b l",
        "ibl": "ibl | i b l",
        "axl": "axl",
        "paytm": "paytm",
        "apl": "apl | a p l",
        "sbi": "sbi | s b i",
        "icici": "icici",
        "hdfcbank": "hdfcbank | hdfc bank",
        "axisbank": "axisbank | axis bank",
    }.items()
    for spoken in phrases(text)
}
AT: Final = phrases("at the rate of | at the rate | at rate | at | @ | एट")
IN_ADDRESSES: Final = {"dot": ".", "dash": "-", "hyphen": "-", "underscore": "_"}
# Before or after a name, and no part of it.
AROUND_NAMES: Final = words("my mr mrs ms the account of wallet sir madam")
# No name holds them: the sentence says something that this grammar does not know.
NEVER_IN_NAMES: Final = words("a an at least of on in by with then than is are it this that or but him her them us you")
