"""Who has to be warned is warned first, and nobody else: 60 phrases of each, on the whole book."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from quality import answers_of_scripts, needs_node

DATA = Path(__file__).parents[3] / "docs/data"
WARNING = "sections/supplements.html#claim-i4"
TERMS = {
    f"reference/glossary.html#term-{name}"
    for name in ("vitamin-k-antagonist", "anticoagulant", "direct-oral-anticoagulant")
}
ENDANGERED = """
i take warfarin can i eat natto
inr dropped after a vitamin
warfrin and k2
warferin vitamin k
Wafarin
coumadine interaction
cumadin mk7
kumadin
marcoumar
Marcumar Vitamin K2
phenprocumon
on sintrom, is cheese ok
acenocumerol
jantoven
marevan diet
eliquis and mk-7
elequis
zarelto k2
xeralto
rivaroxiban vitamin k2
rivaroxaban
pradaxa
dabigatrin
edoxoban
blood thiners
bloodthinner
blood-thinning medication
anti coagulants
anticoagulent
my mother is on a blood thinner
k2 while on blood thinners
aspirin and vitamin k
clopidogril
plavics
heparine
lovenox shots
fragmin
afib and k2
a fib
atrial fibrilation
dvt vitamin k2
deep vein trombosis
i had a pulmonary embolism
pulmonary embolisim supplements
factor 5 leiden
factor v leiden
blood clot in my leg
blood clots
mechanical heart valve mk7
stroke medicine
my father had a stroke, can he take k2
tia last year
k2 contraindications
contra indications of menaquinone
contraindicatons vitamin k
is k2 dangerous
vitamin k2 side effectss
k2 side effects
is mk-7 harmful
Nebenwirkungen von Vitamin K2
Blutverdünner und K2
thrombose et vitamine k2
華法林
ワーファリンと納豆
варфарином
혈전
warfarina e vitamina k2
does natto thicken blood
will it thin my blood
who should not take k2
dangerous
""".strip().split("\n")
HARMLESS = """
what is natto
is brie a good source
how much k2 in egg yolk
vagus nerve
does k2 help anxiety
leaky gut
osteocalcin
claim c4
k2 d3
vitamin d
b12
mk-7 or mk-4
how are claims graded
who wrote the article
bone density
gut bacteria and mood
harmful gut bacteria
good and bad bacteria
are probiotics safe for mice
risk of bias
side effects of cognitive behavioral therapy
danger of stress for the gut
fragments of dna
hearing loss
liquids
vitamine k2
strobe lights
welfare of animals
oranges
aspirations of researchers
protein s
gas6
prothrombin
newborns and vitamin k
serotonin in the gut
multiple sclerosis
alzheimer's disease
dementia and greens
crohn's disease
colitis in mice
gouda
salmon
butter from grass-fed cows
fermented soy
kimchi
sauerkraut
sleep
night cramps
menopause
diabetes
kidney stones
testosterone
retracted papers
sato yamaguchi
karl 2017
10.3945/ajcn.117.155424
randomized trial
placebo
reverse causation
myelin
mitochondria
Vitamin K2 Darm
the luminal side of the gut
is alli safe for the gut
coronary calcium
""".strip().split("\n")


# Near to a word that warns, or with one in another sense.
NEAR = """
clot shaped noodle dish
how does blood clot biology class
10000 inr to usd
20 inr coin value
iphone price in inr
thinner crust
lacquer thinner smell
how to look thinner
hair getting thinner
skating on thinner ice
butterfly stroke technique
rowing stroke rate
two-stroke engine
four-stroke lawnmower
golf stroke play rules
brush strokes in painting
stroke order of kanji
stroke of luck
stroke a cat
heatstroke
psychological warfare
warfare in the air
wearing a wizard hat
internet creator
macular degeneration
trombone lessons
minestrone
interactive whiteboard
coumarin perfume
heparan sulfate
clots of paint
water valve replacement
metal valve cover gasket
safety pin
poison ivy
toxic invitation
nato warning
tia maria cocktail
síndrome del intestino irritable
vient de paraître
wie wird das bewertet
""".strip().split("\n")
# The same words where they mean the danger.
MEANT = """
my inr is high
target inr
inr 2.5
inr and the price of natto
thinners
on thinners since my op
thinner and k2
taking thinners
had a stroke while swimming
stroke
after a stroke
stroke survivor vitamin k
mini strokes
a stroke in the family, is mk-7 a risk
warfarin and war games
warfarine price in rupees
wafarin dose
warfrain
elliquis vitamin k
clots in my lung
mechanical valve
heart valve replacement
tia
coumarins and cheese
heparins
k2 safety
warnings about mk-7
toxic vitamin k
trombosis
my vhf
""".strip().split("\n")
FORMS = {"interacted", "interacting", "poisoned"}
"""Words of English that warn although they stand in no table: forms of one that does."""
NO_DANGER = """
menatetrenone after a fracture
do antibiotics destroy vitamin k
antibiotics and bleeding
lipitor and menaquinone
phenytoin and newborns
""".strip().split("\n")


@pytest.fixture(scope="module")
def answers(site):
    return answers_of_scripts(site, [*ENDANGERED, *MEANT, *HARMLESS, *NEAR, *NO_DANGER])


@needs_node
def test_who_is_endangered_meets_the_warning_first(answers):
    assert len(ENDANGERED) >= 60
    missed = [query for query in ENDANGERED if not {WARNING, *TERMS} & set(answers[query][:3])]
    assert len(missed) <= len(ENDANGERED) // 30, missed
    assert [query for query in ENDANGERED if not answers[query]] == []


@needs_node
def test_claim_and_term_stand_on_top(answers):
    warned = [query for query in ENDANGERED if answers[query][:1] == [WARNING]]
    assert len(warned) * 30 >= len(ENDANGERED) * 29, set(ENDANGERED) - set(warned)
    assert all(answers[query][1].startswith("reference/glossary.html#term-") for query in warned)


@needs_node
def test_a_harmless_query_raises_no_alarm(answers):
    assert len(HARMLESS) >= 60
    assert [query for query in HARMLESS if answers[query][:1] == [WARNING]] == []


@needs_node
def test_a_word_warns_in_its_own_sense_only(answers):
    assert [query for query in NEAR if answers[query][:1] == [WARNING]] == []
    assert [query for query in MEANT if answers[query][:1] != [WARNING]] == []


def english() -> list[str]:
    """The words that codespell holds for right, some 17,000."""
    rows = (files("codespell_lib") / "data/dictionary.txt").read_text(encoding="utf-8")
    right = {word.strip() for row in rows.splitlines() for word in row.split("->")[1].split(",")}
    return sorted(word for word in right if re.fullmatch("[a-z]{3,}", word))


@needs_node
def test_a_word_of_english_is_no_slip_for_a_warning(site):
    words = english()
    assert len(words) > 15_000
    known = {
        word
        for name in ("warning-words", "drug-names")
        for row in (DATA / f"{name}.csv").read_text(encoding="utf-8").casefold().splitlines()
        for word in re.findall(r"\w+", row.split(",")[0])
    }
    warned = answers_of_scripts(site, words, "warned")
    taken = {word for word in words if warned[word] and not {word, word.rstrip("s")} & known}
    assert taken - FORMS == set()


@needs_node
def test_a_medicine_that_is_no_danger_puts_its_place_second(answers):
    """The best answer is first: no warning of warfarin for who asks about an antibiotic."""
    firsts = {query: answers[query][0] for query in NO_DANGER}
    assert WARNING not in firsts.values(), firsts
    led = {WARNING, "about/not-looked-at.html"}
    assert [query for query in NO_DANGER if answers[query][1] not in led] == []
