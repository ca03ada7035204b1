"""Codes that the publishers of each standard print as examples, or that are made after their tables."""

from typing import Final

# EMVCo, QRCPS-MPM, annex: a merchant in Beijing with two card networks.
EMV: Final = (
    "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT"
    "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME"
    "91320016A0112233449988770708123456786304A13A"
)
# Banco Central do Brasil, Manual do BR Code: a static code with a random key.
PIX: Final = (
    "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal"
    "6008BRASILIA62070503***63041D3D"
)
# Thai QR Payment: a phone number with and without an amount.
PROMPTPAY: Final = "00020101021129370016A000000677010111011300660000000005802TH530376463048956"
PROMPTPAY_AMOUNT: Final = "00020101021229370016A000000677010111011300660000000005802TH530376454044.226304E469"
# NPCI, UPI Linking Specifications: a merchant's link.
UPI: Final = (
    "upi://pay?pa=nadeem@npci&pn=nadeem%20chinna&mc=0000&tid=cxnkjcnkjdfdvjndkjfvn&tr=4894398cndhcd23"
    "&tn=Pay%20to%20mystar%20store&am=10&mam=null&cu=INR&url=https://mystar.com/orderid=9298yw89e8973e87389e78923ue892"
)
# European Payments Council, EPC069-12: the sample code.
EPC: Final = (
    "BCD|001|1|SCT|BPOTBEB1|Red Cross of Belgium|BE72000000001616|EUR1|CHAR||Urgency fund|Sample EPC QR code"
).replace("|", "\n")
# SIX, Implementation Guidelines QR-bill: with a QR reference, a debtor and bill information.
SWISS: Final = (
    "SPC|0200|1|CH4431999123000889012|S|Robert Schneider AG|Rue du Lac|1268|2501|Biel|CH||||||||1949.75|CHF"
    "|S|Pia-Maria Rutschmann-Schnyder|Grosse Marktgasse|28|9400|Rorschach|CH"
    "|QRR|210000000003139471430009017|Order of 15.06.2020|EPD"
    "|//S1/10/10201409/11/200701/20/140.000-53/30/102673831/31/200615/32/7.7/33/7.7:139.40/40/0:30"
    "|Name AV1: UV;UltraPay005;12345|Name AV2: XY;XYService;54321"
).replace("|", "\r\n")
# The same with a creditor reference, an ordinary account and no amount.
SWISS_CREDITOR: Final = (
    "SPC|0200|1|CH5800791123000889012|S|Robert Schneider AG|Rue du Lac|1268|2501|Biel|CH"
    "|||||||||CHF||||||||SCOR|RF18539007547034||EPD"
).replace("|", "\n")
