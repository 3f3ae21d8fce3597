"""What is said: texts to tune on, and others that nothing was tuned on.

In braces stands what a careless transcript leaves out, and its kind: `{f:um,}` is a filler, `{r:the}` a repeat,
`{s:we walked,}` a false start. In angle brackets stand digits or signs and the words that are said: `<15|fifteen>`.
"""

from __future__ import annotations

TUNING = [
    "The postman comes at <9|nine> and leaves the letters on a chair by the door. Nobody hears him go.",
    "I bought {f:um,} a pair of shoes for my son, but they're {r:they're} too small for his feet.",
    "{s:We walked,} we drove to the sea in the rain and ate our bread in the car.",
    "Her hair was still wet when the bell rang. She wrote her name on the board and sat down.",
    "The whole plan costs <$40|forty dollars> a week, and that is <20%|twenty percent> more than it did in the spring.",
    "You can see the church from here if you stand on the wall. It was built by one man and his two sons.",
    "Please put {f:uh,} the red box on the top shelf, next to the old radio and the lamp.",
    "My brother lives in Norway, where the nights are long and the bread is dark. He writes to me every month.",
    "When the wind turned, the captain {r:the captain} told everyone to go below and stay there until morning.",
    "Our flight leaves at <6|six> tomorrow, so {s:I will sleep,} I will go to bed right after dinner.",
    "There are <365|three hundred sixty five> days in a year, and on none of them has he been on time.",
    "The baby {f:um,} slept through the storm, but the dog did not. He hid under the table and {s:and she,} he would not move.",  # noqa: E501
    "Nine farmers sold their land last year. The new owner wants to grow apples and pears on the hill.",
    "It is hard to read this letter, because the ink is so pale. Could you hold it to the light for me?",
    "Doctor Martin knew the answer, but she let the students look for it. They found it after an hour.",
    "Turn right at the bridge, then go straight for {f:uh,} two miles. You will see a white gate.",
    "The museum was closed, {s:so they,} so we sat in a cafe and watched people {r:people} hurry past in the snow.",
    "Room <27|twenty seven> is on the second floor. The key is with the woman at the desk.",
    "They left their coats over there, and they are not coming back for them until next week.",
    "The whole crew threw the mail through a hole in the wall. It was the only way to be quick.",
    "I knew the new road was closed, so we rode our bikes by the sea for an hour.",
    "He ate eight plums, drank some milk, and then wrote a short note to his son.",
    "The weather was fair, but the fare was high, so we walked one mile and saw more.",
    "Is this the right place to write my name? I cannot hear you from here.",
    "The knight came late at night and waited by the gate in the rain. Nobody knew his name.",
    "We need two more eggs, too, so go to the store and buy some bread by noon.",
    "My aunt sent flour for the cake and a red flower in a pale blue vase.",
    "She read the last page and knew that one of us would be there in an hour.",
    "I think {f:uh,} the train was late because of the snow, and {r:and} nobody told us.",
    "We {f:um,} could try the other door, {f:uh,} if you have the key.",
    "She said {r:she said} that her mother would {f:um,} call us back on Sunday.",
    "The red one {f:uh,} is mine, and the green one {s:is for,} belongs to my cousin.",
    "It was {f:um,} raining, so {r:so} we stayed inside and played cards all day.",
    "He opened the {r:the} window and {f:uh,} looked down at the busy street.",
]

HELD_OUT = [
    "The teacher drew a large circle on the board and asked the class what they saw. Nobody answered at first.",
    "Every winter the lake freezes, and people skate from one village to the next. The trip takes about {f:um,} two hours.",  # noqa: E501
    "I've been working here for <11|eleven> years, and I have never {r:never} seen the boss smile. Not even once.",
    "Put the flour in a bowl, add the milk, and stir until it is smooth. Let it rest for <30|thirty> minutes.",
    "Mrs. Alvarez owns the flower shop across the street. She gives every child a daisy on the first day of school.",
    "{s:Sound moves,} sound travels faster through water than through air. That is why whales can talk across whole oceans.",  # noqa: E501
    "In the evening {f:uh,} the tower was lit in blue and green. Many people hated it, but my mother loved it.",
    "A fox crossed the road in front of us and {r:and} stopped to look back. Its eyes were bright in the headlights.",
    "Could you send me the file before lunch? I need to {s:copy it,} print it and take it to the bank by <2|two>.",
    "My sister is a nurse at the children's hospital. She works nights, so we usually {f:um,} talk in the morning.",
    "There were about <60|sixty> people in the hall when the lights went out. Somebody laughed, and then everyone did.",
    "It rained all through April, and the garden {r:the garden} turned into a swamp. The frogs were very happy.",
    "Take the medicine twice a day with food. {s:If you are,} if you feel dizzy, stop and call me right away.",
    "The judge looked at both men for a long time before she spoke. Her voice was calm and very clear.",
    "I learned to swim in a cold river behind {f:uh,} my uncle's farm. The water smelled of iron and moss.",
    "You can borrow my bike, but please lock it and bring it back before dark. It cost <$300|three hundred dollars>.",
    "We knew that their boat was late, so we waited by the pier and ate our plums. {s:The first,} The sun had set by then.",  # noqa: E501
    "About <15%|fifteen percent> of the seats were empty, and no one in the last row could hear a word.",
]

HOMOPHONES = {
    "here": "hear", "hear": "here", "their": "there", "there": "their",
    "they're": "there", "for": "four", "to": "two", "too": "to", "two": "too", "by": "buy",
    "pair": "pear", "pears": "pairs", "son": "sun", "sons": "suns", "sun": "son", "feet": "feat", "sea": "see",
    "see": "sea", "our": "hour", "hour": "our", "wrote": "rote", "whole": "hole", "one": "won", "right": "write",
    "writes": "rights", "knew": "new", "new": "knew", "read": "reed", "red": "read", "pale": "pail", "would": "wood",
    "week": "weak", "nights": "knights", "road": "rode", "blue": "blew", "flour": "flower", "flower": "flour",
    "air": "heir", "whales": "wales", "need": "knead", "plums": "plumbs", "ate": "eight",
    "through": "threw", "its": "it's", "be": "bee", "hall": "haul",
    "row": "roe", "morning": "mourning", "waited": "weighted", "pier": "peer",
    "bread": "bred", "straight": "strait", "gate": "gait", "threw": "through", "mail": "male", "hole": "whole",
    "way": "weigh", "rode": "road", "eight": "ate", "some": "sum", "fair": "fare", "fare": "fair",
    "write": "right", "knight": "night", "night": "knight", "rain": "reign", "buy": "by",
    "aunt": "ant", "sent": "cent", "weather": "whether",
}  # fmt: skip
"""Words that sound the same, or nearly, in the voice's accent: only the words around them tell which it is."""

NEAR = {
    "a": "the", "the": "a", "is": "was", "was": "is", "in": "on", "on": "in", "this": "these", "her": "his",
    "she": "he", "he": "she", "it": "that", "my": "by", "at": "in", "and": "in", "were": "are", "are": "were",
    "hair": "here", "saw": "soar", "sat": "set", "late": "light", "wall": "wool", "you": "your",
    "lake": "cake", "smile": "mile", "milk": "silk", "first": "fist", "water": "waiter", "tower": "power",
    "fox": "box", "bank": "tank", "talk": "walk", "food": "foot", "long": "song", "cold": "gold", "lock": "look",
    "dark": "bark", "old": "cold", "car": "bar", "wet": "met", "rain": "train", "snow": "show", "light": "right",
    "land": "sand", "bed": "red", "door": "floor", "lamp": "lamb", "ink": "pink", "wind": "wing", "box": "fox",
    "bike": "hike", "seats": "sheets", "boat": "coat", "village": "villages", "eyes": "ice", "looked": "looks",
    "works": "worked", "answer": "answers", "costs": "cost", "leaves": "leave", "comes": "came", "year": "years",
    "can": "can't", "letters": "letter", "letter": "letters", "students": "student", "miles": "mile",
    "minutes": "minute", "hours": "hour", "years": "year", "never": "ever", "turned": "turns",
}  # fmt: skip
"""Words that sound alike, or that a hurried ear takes for each other."""

OTHERS = [
    "carpet", "window", "purple", "finger", "yesterday", "engine", "basket", "quietly", "doctor", "planet",
]  # fmt: skip
"""Words that none of the texts needs."""
