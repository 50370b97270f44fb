"""At least two templates for every helper that writes pages, addresses, patterns and dates, and the odd ones."""

from typing import Final

MISCELLANY: Final = """
{{log "x"}}a{{log name five}}b
{{#log}}x{{/log}}y
{{ok "x"}}a{{ok name}}b
{{#if yes}}{{ok "fine"}}c{{/if}}
{{success "x"}}a{{success name}}b
{{success}}c
{{info "x"}}a{{info name}}b
{{info}}c
{{warning "x"}}a{{warning name}}b
{{warning}}c
{{warn "x"}}a{{warn name}}b
{{warn}}c
{{error "x"}}a{{error name}}b
{{error}}c {{this.error}}
{{danger "x"}}a{{danger name}}b
{{danger}}c
{{bold "x"}}a{{bold name}}b
{{bold}}c
{{_debug "x"}}a{{_debug name}}b
{{_debug list}}c
{{{_inspect object}}} {{{_inspect name type="json"}}}
{{{_inspect list type="md"}}} {{{_inspect five type=".json"}}}
{{inflect 0 "mouse" "mice"}} {{inflect 1 "mouse" "mice"}} {{inflect 2 "mouse" "mice" true}}
{{inflect list.length "item" "items" true}} {{inflect "3" "a" "b"}} {{inflect "0" "a" "b"}} {{inflect missing "a" "b"}}
{{ordinalize 1}} {{ordinalize 2}} {{ordinalize 3}} {{ordinalize 11}} {{ordinalize 21}} {{ordinalize 113}}
{{ordinalize "22"}} {{ordinalize -1}} {{ordinalize 2.6}} {{ordinalize name}} {{ordinalize 1000000}}
{{#frame x=5}}{{@x}}{{name}}{{/frame}}
{{#frame x=5}}{{#each list}}{{@x}}{{@index}}{{/each}}{{/frame}} {{#frame}}{{@root.name}}{{/frame}}
{{option "a" a="b"}} {{option "a.b" object}}x
{{option "a" object}} {{option "zz"}}x
{{#noop}}{{name}}{{/noop}}
{{#noop}}{{#if yes}}x{{/if}}{{/noop}} {{#each list}}{{#noop}}{{this}}{{/noop}}{{/each}}
{{typeOf name}} {{typeOf five}} {{typeOf list}} {{typeOf object}} {{typeOf yes}}
{{typeOf nil}} {{typeOf missing}} {{typeOf (toRegex "x")}} {{typeOf half}}
{{#withHash a="b" c=five}}{{a}}{{c}}{{/withHash}}
{{#withHash}}x{{else}}none {{name}}{{/withHash}} {{#withHash x=list}}{{x.length}}{{../name}}{{/withHash}}
{{i18n "greet" lang="en"}}
{{i18n "greet" language="de"}} {{i18n "deep.x" lang="en"}}
{{i18n "nothing" lang="en"}}
{{{gist "abc123"}}}
{{{gist five}}} {{gist name}}
{{{jsfiddle id="0dfk10ks"}}}
{{{jsfiddle id="0dfk10ks" width="50%" tabs="js"}}} {{{jsfiddle}}}
""".strip().split("\n")

HTML: Final = """
{{{attr class="a" id="b"}}} {{{attr}}}x
<p{{{attr data-x=five title="it's"}}}> {{{attr x="'q'"}}}
{{{css "abc.css"}}} {{{css list}}}
{{{css href="http://x/y.css"}}} {{{css "a.less"}}}
{{{js "abc.js"}}} {{{js list}}}
{{{js src="x.js"}}} {{{js}}}
{{sanitize "<span>foo</span>"}} {{sanitize "a < b"}} {{{sanitize title}}}
{{sanitize "<a href='x>y'>k</a> <!-- c --> z"}} {{sanitize five}}x {{sanitize "<b"}}x {{sanitize "a<<b>>c"}}
{{#ul list class="names"}}{{/ul}} {{#ul users}}{{name}}{{/ul}}
{{{ul list}}} {{#ul none}}x{{/ul}}
{{#ol list class="names"}}{{/ol}} {{#ol users}}{{name}}{{/ol}}
{{{ol list id="x"}}} {{#ol numbers}}{{this}}{{/ol}}
{{{thumbnailImage picture}}}
{{{thumbnailImage plainPicture}}}
{{{markdown "**bold** _it_"}}}
{{#markdown}}# {{name}}{{/markdown}} {{{markdown "a [b](http://c.d)"}}}
""".strip().split("\n")

URL: Final = """
{{encodeURI title}} {{encodeURI "a b/c?d=é&e"}} {{encodeURI five}}x
{{encodeURI "!'()*-._~"}} {{encodeURI unicode}}
{{escape "a b&c"}} {{escape name}} {{escape five}}x
{{escape "é/!'()*"}} {{escape ""}}x
{{decodeURI "a%20b%2Fc"}} {{decodeURI "%C3%A9"}} {{decodeURI five}}x
{{decodeURI "%"}} {{decodeURI name}}
{{url_encode "a b/c"}} {{url_encode name}}
{{url_encode missing}}x {{url_encode "x=y"}}
{{url_decode "a%20b"}} {{url_decode name}}
{{url_decode missing}}x {{url_decode "%7B"}}
{{urlResolve "/one/two/three" "four"}} {{urlResolve "http://example.com/" "/one"}}
{{urlResolve "http://example.com/one" "/two"}} {{urlResolve "http://example.com/a/b" "../c?d"}}
{{{JSONstringify (urlParse "http://foo.com:8080/bar/baz?key=value#x")}}}
{{{JSONstringify (urlParse "https://u:p@Host.org?q")}}} {{#with (urlParse "/a/b?c=d")}}{{pathname}} {{query}}{{/with}}
{{{JSONstringify (urlParse "mailto:a@b.c")}}} {{{JSONstringify (urlParse "foo/bar")}}} {{get "host" (urlParse "http://x.y")}}
{{stripQuerystring "http://example.com?tests=true"}} {{stripQuerystring name}}
{{stripQuerystring "a?b?c"}} {{stripQuerystring five}}x
{{stripProtocol "http://foo.bar.com/baz"}} {{stripProtocol "https://x"}}
{{stripProtocol "/a/b"}} {{stripProtocol five}}x {{stripProtocol "//x/y"}}
""".strip().split("\n")

PATH: Final = """
{{basename "docs/toc.md"}} {{basename "a/b/"}} {{basename "x"}}
{{basename "/"}}x {{basename ""}}x {{basename five}}
{{dirname "docs/toc.md"}} {{dirname "/a/b/"}} {{dirname "x"}}
{{dirname "/"}} {{dirname ""}} {{dirname "/a"}} {{dirname "a//b"}}
{{extname "docs/toc.md"}} {{extname ".bashrc"}}x {{extname "a.b.c"}}
{{extname "x."}} {{extname "a/b"}}x {{extname "a.d/b"}}x
{{stem "docs/toc.md"}} {{stem ".bashrc"}} {{stem "a.b.c"}}
{{stem "x."}} {{stem "a/b/"}} {{stem ""}}x
{{segments "a/b/c/d" "2" "3"}} {{segments "a/b/c/d" "1" "3"}}
{{segments "a/b/c"}} {{segments "a\\b//c" 1 9}}
{{relative "dist/docs.html" "index.html"}} {{relative "a/b" "a/c"}}
{{relative "a" "a"}} {{relative "a/b/c.html" "a/b/d/"}} {{relative "a/b/" "c/d.txt"}}
""".strip().split("\n")

PATTERN: Final = """
{{isMatch "foo.md" "*.md"}} {{isMatch "a/b.md" "*.md"}} {{isMatch "a/b.md" "**/*.md"}} {{isMatch "foo" "f?o"}}
{{isMatch "a.js" "*.{js,md}"}} {{isMatch "x" "[a-c]"}} {{isMatch "b" "[a-c]"}} {{isMatch ".a" "*"}} {{isMatch "a" "!b"}}
{{match files "*.md"}} {{match files "*.js"}} {{#each (match files "*.md, *.js")}}<{{this}}>{{/each}}
{{match files "**"}} {{match files "lib/*"}} {{match files "*.md, !a.md"}} {{match files "zzz"}}x
{{mm files "*.md"}} {{mm files "!*.md"}}
{{mm files "**/*.js"}} {{mm files "[ab].md"}}
{{toRegex "^foo"}} {{toRegex "a.b" flags="i"}}
{{test "foobar" (toRegex "^foo")}} {{toRegex "[" }}
{{test name (toRegex "JANE" flags="i")}} {{test name (toRegex "JANE")}} {{test five (toRegex "5")}}
{{#if (test "bar" (toRegex "^foo"))}}yes{{else}}no{{/if}} {{test "a\nb" (toRegex "^b" flags="m")}}
""".strip().split("\n")

DATE: Final = """
{{year}} {{year "YYYY"}} {{year "YY"}}
{{year "x"}}x {{#if (eq (year) "2026")}}yes{{/if}}
{{date "YYYY"}} {{date "2024-02-03" "MMM D, YYYY"}} {{date}}
{{date "5 minutes ago" "HH:mm"}} {{date "tomorrow" "YYYY-MM-DD"}} {{date "2024-02-03T10:20:30Z" "x"}}
{{date "next friday" "dddd YYYY-MM-DD"}} {{date "2 days ago" "ddd"}} {{date "tomorrow at 3pm" "LLL"}}
{{date "noon" "LT"}}
{{moment "2016-02-10" "MMMM DD, YYYY"}} {{moment}} {{moment "dddd"}}
{{moment "1 week ago" "L"}} {{moment "2024-01-01T00:00:00Z" "Do MMM YYYY, h:mm:ss a" datejs=false}}
""".strip().split("\n")

CASES: Final = [*MISCELLANY, *HTML, *URL, *PATH, *PATTERN, *DATE]
