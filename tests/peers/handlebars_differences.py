"""Where we mean to differ from handlebars.js and its helpers: a template, what we print, and why."""

from typing import Final

DIFFERENCES: Final = [
    ("{{#each list}}{{@first}} {{/each}}", "true false false ", "a helper's name shadows no @ data"),
    ("{{#each list}}{{@last}} {{/each}}", "false false true ", "a helper's name shadows no @ data"),
    ("{{id64}}", "9007199254740993", "whole numbers keep every digit"),
    ("{{length smile}} {{{reverse smile}}}", "3 b😀a", "lengths count characters, not UTF-16 units"),
    ("{{join (sort numbers)}}", "1, 2, 3, 10", "numbers are sorted by size"),
    ("{{#withSort numbers}}{{this}} {{/withSort}}", "1 2 3 10 ", "numbers are sorted by size"),
    ("{{join (sort letters)}} {{letters}}", "a, b b,a", "no helper changes its input"),
    ('{{truncateWords "foo bar baz" 2}} {{truncateWords "foo" 3}}', "foo bar… foo", "truncateWords truncates"),
    ("{{addCommas 1234.56789}}", "1,234.56789", "no commas among the decimals"),
    ('{{camelcase "été fou"}} {{chop "-é-"}}', "étéFou é", "letters are Unicode's"),
    ('{{#if (startsWith "Ja" name)}}yes{{/if}}', "yes", "startsWith works inline"),
    ("{{isEmpty missing}}", "true", "a missing value is empty"),
    ("{{#forEach list}}{{this}}{{@index}} {{/forEach}}", "a0 b1 c2 ", "forEach takes any items"),
    ("{{#iterate list}}{{this}}{{/iterate}}", "abc", "iterate takes any items"),
    ("{{#forEach users}}{{@root.name}} {{/forEach}}", "Jane Jane Jane ", "forEach keeps the @ data"),
    ("{{#forOwn blank x=1}}{{/forOwn}}{{#forIn five}}{{/forIn}}{{#forOwn list}}{{@root.name}}{{/forOwn}}",
     "JaneJaneJane", "forOwn keeps the @ data"),
    ('{{occurrences "abc" ""}}', "0", "the original never ends"),
    ('{{{replaceFirst "a-b" "-" "$&"}}}', "a$&b", "the replacement is taken literally"),
    ('{{match files "{a,b}.md"}}', "a.md,b.md", "a comma in braces belongs to its glob"),
    ('{{segments "a/b/c/d" -2}}', "c/d", "segments to the end"),
    ('{{#some list "b"}}yes{{else}}no{{/some}}', "yes", "some takes a value, as no function can reach a template"),
    ("{{#some numbers}}yes{{else}}no{{/some}}", "yes", "some takes a value, as no function can reach a template"),
    ('{{#each list as |x|}}{{#*inline "p"}}{{x}}{{/inline}}{{> p}}{{/each}}', "abc",
     "an inline partial sees the block parameters around it"),
    ('{{{markdown "```js\nlet a = 1;\n```"}}}', '<pre><code class="language-js">let a = 1;\n</code></pre>\n',
     "code is not coloured"),
    ('{{{markdown "~~a~~"}}}', "<p><s>a</s></p>\n", "markdown-it says s where remarkable says del"),
]  # fmt: skip
