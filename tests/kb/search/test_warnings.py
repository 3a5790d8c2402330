"""Who has to be warned is warned first, and nobody else: 60 phrases of each, on the whole book."""

from __future__ import annotations

import pytest

from quality import answers_of_scripts, needs_node

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


NO_DANGER = """
menatetrenone after a fracture
do antibiotics destroy vitamin k
antibiotics and bleeding
lipitor and menaquinone
phenytoin and newborns
""".strip().split("\n")


@pytest.fixture(scope="module")
def answers(site):
    return answers_of_scripts(site, [*ENDANGERED, *HARMLESS, *NO_DANGER])


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
def test_a_medicine_that_is_no_danger_puts_its_place_second(answers):
    """The best answer is first: no warning of warfarin for who asks about an antibiotic."""
    firsts = {query: answers[query][0] for query in NO_DANGER}
    assert WARNING not in firsts.values(), firsts
    led = {WARNING, "about/not-looked-at.html"}
    assert [query for query in NO_DANGER if answers[query][1] not in led] == []
