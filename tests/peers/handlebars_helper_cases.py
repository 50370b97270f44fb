"""At least two templates for every helper on lists, texts, numbers and objects; the rest: handlebars_page_cases."""

from typing import Final

ARRAY: Final = """
{{after list 1}} {{after list 2}} {{after name 2}} {{after missing 1}} {{after list -1}}
{{#each (after list 1)}}<{{this}}>{{/each}}
{{before list 1}} {{before list 2}} {{before name 2}} {{before missing 1}} {{before list}}
{{#each (before numbers 2)}}<{{this}}>{{/each}}
{{length (arrayify name)}} {{arrayify list}} {{arrayify missing}}
{{#each (arrayify "x")}}<{{this}}>{{/each}}
{{#eachIndex list}}{{item}} is {{index}} {{/eachIndex}}
{{#eachIndex users}}{{item.name}}{{index}}{{../name}}{{/eachIndex}}
{{#filter list "b"}}{{this}}{{else}}none{{/filter}}
{{#filter list "z"}}{{this}}{{else}}none{{/filter}}
{{#filter users "Ann" property="name"}}{{age}}{{/filter}}
{{#filter users "Oslo" prop="address.city"}}{{name}}{{else}}none{{/filter}}
{{first list}} {{first list 2}} {{first name}} {{first missing}} {{first none}}x
{{#each (first users 2)}}{{name}}{{/each}}
{{first}}
{{#forEach users}}{{name}}{{index}}{{total}}{{isFirst}}{{isLast}}{{@index}} {{/forEach}}
{{#forEach data.items}}{{name}} {{index}} of {{total}};{{/forEach}}
{{#forEach users x="y"}}{{@x}}{{name}}{{/forEach}}
{{#inArray list "b"}}yes{{else}}no{{/inArray}} {{#inArray list "z"}}yes{{else}}no{{/inArray}}
{{inArray list "a"}} {{inArray numbers 10}} {{inArray numbers "10"}}
{{isArray list}} {{isArray name}} {{isArray object}}
{{#if (isArray list)}}yes{{/if}}
{{itemAt list 1}} {{itemAt list -1}} {{itemAt list 9}} {{itemAt list}} {{itemAt name 1}}
{{itemAt numbers "2"}} {{#with (itemAt users 1)}}{{name}}{{/with}}
{{join list}} {{join list " | "}} {{join name "x"}} {{join missing}} {{join list ""}}
{{join nested "-"}} {{join numbers ";"}} {{join object}}
{{#equalsLength list 3}}yes{{else}}no{{/equalsLength}} {{equalsLength list 2}} {{equalsLength none}}
{{equalsLength name 4}} {{equalsLength "abc" 3}} {{equalsLength object 5}}
{{last list}} {{last list 2}} {{last name}} {{last name 2}} {{last missing}} {{last none}}x
{{#each (last users 2)}}{{name}}{{/each}} {{last object}}
{{length list}} {{length name}} {{length object}} {{length missing}} {{length five}} {{length}}
{{length none}} {{length blank}} {{length nested}}
{{#lengthEqual list 3}}yes{{else}}no{{/lengthEqual}} {{lengthEqual none 0}}
{{lengthEqual list "3"}} {{lengthEqual name 4}}
{{map list}} {{map name}} {{map list "x"}}
{{#each (map numbers)}}{{this}};{{/each}}
{{pluck users "name"}} {{pluck users "address.city"}} {{pluck missing "x"}} {{pluck users "zz"}}x
{{#each (pluck data.items "id")}}{{this}};{{/each}}
{{reverse name}} {{reverse list}} {{reverse missing}} {{reverse ""}}x
{{reverse "abc def"}} {{reverse (reverse name)}}
{{sort list}} {{sort name}} {{sort missing}} {{sort (reverse list)}}
{{sort list reverse=true}} {{#each (sort list reverse=true)}}{{this}}{{/each}}
{{#each (sortBy users "age")}}{{name}}{{/each}} {{#each (sortBy users "name")}}{{age}} {{/each}}
{{#each (sortBy users "address.city")}}{{name}}{{/each}} {{sortBy list}} {{sortBy name "x"}}
{{#each (sortBy data.items "id" "name")}}{{name}}{{/each}}
{{unique list}} {{unique (split "a,b,a,c,b")}} {{unique missing}}
{{#each (unique (split "x y x" " "))}}{{this}};{{/each}}
{{#withAfter list 1}}<{{this}}>{{/withAfter}} {{#withAfter name 1}}x{{/withAfter}}
{{#withAfter users 2}}{{name}}{{../name}}{{/withAfter}}
{{#withBefore list 1}}<{{this}}>{{/withBefore}} {{#withBefore name 1}}x{{/withBefore}}
{{#withBefore users 2}}{{name}}{{/withBefore}}
{{#withFirst list 2}}<{{this}}>{{/withFirst}}
{{#withFirst users 1}}{{name}}{{/withFirst}} {{#withFirst missing 1}}x{{/withFirst}}
{{#withGroup list 2}}[{{#each this}}{{this}}{{/each}}]{{/withGroup}}
{{#withGroup numbers 3}}[{{this}}]{{/withGroup}} {{#withGroup none 2}}x{{/withGroup}}
{{#withLast list 2}}<{{this}}>{{/withLast}}
{{#withLast users 1}}{{name}}{{/withLast}} {{#withLast missing 1}}x{{/withLast}}
{{#withSort users "age"}}{{name}}{{/withSort}}
{{#withSort users "name" reverse=true}}{{name}}{{/withSort}}
{{#withFirst list}}{{this}}{{/withFirst}} {{#withLast list}}{{this}}{{/withLast}}
{{#withSort list}}{{this}}{{/withSort}}
{{isEmpty none}} {{isEmpty list}} {{isEmpty blank}} {{isEmpty object}} {{isEmpty name}}
{{#isEmpty none}}yes{{else}}no{{/isEmpty}} {{#isEmpty list}}yes{{else}}no{{/isEmpty}}
{{#iterate object}}{{@key}}={{this}};{{/iterate}}
{{#iterate users}}{{name}}{{index}}{{/iterate}} {{#iterate name}}x{{else}}y{{/iterate}}
""".strip().split("\n")

STRING: Final = """
{{append name "!"}} {{append name five}} {{append five "x"}} {{append missing "x"}}
{{append (append name "a") "b"}} {{append "" "x"}}
{{camelcase "foo bar baz"}} {{camelcase "foo-bar_baz.qux"}} {{camelcase "A"}} {{camelcase five}}
{{camelcase name}} {{camelcase "  Foo  Bar "}} {{camelcase "x1 2y"}}
{{capitalize "foo bar"}} {{capitalize missing}} {{capitalize ""}}x
{{capitalize "éa"}} {{capitalize name}}
{{capitalizeAll "foo bar-baz qux"}} {{capitalizeAll five}}
{{capitalizeAll "a 1b c_d"}} {{capitalizeAll "x\ty"}}
{{{center "x" 2}}} {{{center "x" 0}}} {{center five 2}} {{{center "x"}}}
{{center "ab" 1}} {{{center name "1"}}}
{{chop "_ABC_"}} {{chop "-abc-"}} {{chop " abc "}} {{chop "..a.b.."}} {{chop five}}
{{chop ""}}{{chop "---"}}x {{chop "a"}}
{{dashcase "a-b-c d_e"}} {{dashcase "FooBar baz"}} {{dashcase missing}}
{{dashcase "foo.bar/baz"}} {{dashcase "a"}}
{{dotcase "a-b-c d_e"}} {{dotcase "Foo bar"}}
{{dotcase name}} {{dotcase "x"}}
{{downcase "aBcDeF"}} {{downcase five}} {{#downcase}}ABC {{name}}{{/downcase}}
{{downcase (append "A" "B")}} {{downcase missing}}
{{ellipsis "foo bar baz" 7}} {{ellipsis "foo" 7}} {{ellipsis missing 3}}
{{ellipsis name 2}} {{ellipsis "abc" 3}} {{ellipsis title 4}}
{{hyphenate "foo bar baz"}} {{hyphenate five}} {{hyphenate "a  b"}}
{{hyphenate name}} {{hyphenate ""}}x
{{isString "foo"}} {{isString five}} {{isString ""}} {{isString missing}}
{{#if (isString name)}}yes{{else}}no{{/if}} {{isString list}}
{{lowercase "Foo BAR"}} {{lowercase five}} {{#lowercase}}ABC {{name}}{{/lowercase}}
{{lowercase "ÉÀ"}} {{lowercase missing}}x
{{occurrences "foo bar foo bar baz" "foo"}} {{occurrences "aaa" "aa"}} {{occurrences five "x"}}
{{occurrences name "z"}} {{occurrences "a.b.c" "."}}
{{pascalcase "foo bar baz"}} {{pascalcase "foo-bar_baz"}} {{pascalcase ""}}x
{{pascalcase name}} {{pascalcase "a"}} {{pascalcase "ab cd"}}
{{pathcase "a-b-c d_e"}} {{pathcase "Foo Bar"}}
{{pathcase name}} {{pathcase five}}x
{{plusify "foo bar baz"}} {{plusify "foo-bar" "-"}} {{plusify five}}
{{plusify "a  b"}} {{plusify name "a"}}
{{prepend "bar" "foo-"}} {{prepend five "x"}} {{prepend name five}}
{{prepend missing "x"}} {{prepend (prepend "c" "b") "a"}}
{{#raw}}{{name}}{{/raw}}|{{{{raw}}}}{{name}} \\{{x}} {{{y}}}{{{{/raw}}}}
{{{{raw escape=false}}}}{{name}}{{{{/raw}}}}
{{remove "a b a b a b" "a "}} {{remove "abc" five}} {{remove five "x"}}
{{remove name "n"}} {{remove "a.b.c" "."}}
{{removeFirst "a b a b a b" "a"}} {{removeFirst "abc" "z"}} {{removeFirst five "x"}}
{{removeFirst "a.b.c" "."}} {{removeFirst name missing}}
{{replace "a b a b a b" "a" "z"}} {{replace "abc" "b"}} {{replace five "x" "y"}} {{replace "abc" five "x"}}
{{replace "a.b" "." "-"}} {{replace name "an" "oh"}}
{{replaceFirst "a b a b a b" "a" "z"}} {{replaceFirst "abc" "b"}}
{{replaceFirst "a.b.c" "." "-"}} {{replaceFirst name five "x"}}
{{sentence "hello world. goodbye world."}} {{sentence "FOO! bar? baz"}} {{sentence five}}
{{sentence name}} {{sentence "a.b"}} {{sentence "  x y. z"}}
{{snakecase "a-b-c d_e"}} {{snakecase "Foo Bar"}}
{{snakecase name}} {{snakecase five}}x
{{split "a,b,c"}} {{split "a b c" " "}} {{split five}} {{#each (split "a|b" "|")}}<{{this}}>{{/each}}
{{length (split "a,b,c")}} {{split name ""}} {{itemAt (split "x/y/z" "/") 1}}
{{#startsWith "Ja" name}}yes{{else}}no{{/startsWith}} {{#startsWith "xx" name}}yes{{else}}no{{/startsWith}}
{{#startsWith "x" five}}yes{{else}}no{{/startsWith}} {{startsWith "zz" name}}x
{{titleize "this is title case"}} {{titleize "a-b_c  d"}} {{titleize five}}
{{titleize name}} {{titleize "fooBar baz"}}
{{trim "  abc  "}}x {{trim five}}x
{{trim text}} {{trim (append name "  ")}}x
{{trimLeft "  abc  "}}x {{trimLeft five}}x
x{{trimLeft (prepend name "  ")}}
{{trimRight "  abc  "}}x {{trimRight five}}x
{{trimRight (append name "  ")}}x
{{truncate "foo bar baz" 7}} {{truncate "foo bar baz" 7 "…"}} {{truncate "foo" 7 "…"}} {{truncate five 2}}
{{truncate name 2}} {{truncate name "3"}} {{truncate title 4 "--"}} {{truncate name}}
{{truncateWords five 2}}x {{truncateWords "foo bar" "x"}}x
{{truncateWords missing 1}}x {{truncateWords "" 1}}x
{{upcase "aBcDeF"}} {{upcase five}} {{#upcase}}abc {{name}}{{/upcase}}
{{upcase (append "a" "b")}} {{upcase missing}}
{{uppercase "Foo bar"}} {{uppercase five}} {{#uppercase}}abc {{name}}{{/uppercase}}
{{uppercase "éß"}} {{uppercase missing}}x
""".strip().split("\n")

COMPARISON: Final = """
{{#and yes one}}yes{{else}}no{{/and}} {{#and yes no}}yes{{else}}no{{/and}} {{#and yes one list}}yes{{/and}}
{{and yes zero}} {{and yes one}} {{#if (and name list)}}yes{{/if}}
{{#compare five ">" one}}yes{{else}}no{{/compare}} {{compare five "<" one}} {{compare "5" "==" five}}
{{compare "5" "===" five}} {{compare five "!=" 5}} {{compare five "!==" "5"}} {{compare name "typeof" "string"}}
{{compare "b" ">=" "a"}} {{compare 2 "<=" "10"}} {{compare "2" "<=" "10"}} {{compare list "typeof" "object"}}
{{#contains list "b"}}yes{{else}}no{{/contains}} {{#contains list "z"}}yes{{else}}no{{/contains}}
{{contains name "an"}} {{contains name "zz"}} {{contains missing "x"}} {{contains five "5"}} {{contains numbers 10}}
{{default missing "x"}} {{default nil missing name}} {{default zero "x"}} {{default empty "x"}}x
{{default missing}}x {{default no "x"}}
{{#eq five 5}}yes{{else}}no{{/eq}} {{#eq five "5"}}yes{{else}}no{{/eq}} {{eq name "Jane"}}
{{eq missing nil}} {{eq nil null}} {{eq missing undefined}} {{#eq five compare=5}}yes{{/eq}} {{eq 1 1.0}}
{{eq yes true}}
{{#gt five 4}}yes{{else}}no{{/gt}} {{gt 1 2}} {{gt "b" "a"}} {{gt "10" "9"}} {{gt "10" 9}} {{gt missing 1}}
{{gt five compare=3}} {{#if (gt list.length 2)}}many{{/if}}
{{#gte five 5}}yes{{else}}no{{/gte}} {{gte 1 2}} {{gte nil 0}} {{gte missing 0}}
{{gte "a" "a"}} {{gte five compare=6}} {{gte list "a"}}
{{#has list "b"}}yes{{else}}no{{/has}} {{#has name "an"}}yes{{else}}no{{/has}} {{#has object "a"}}yes{{else}}no{{/has}}
{{#has object "zz"}}yes{{else}}no{{/has}} {{#has nil "x"}}yes{{else}}no{{/has}}
{{#has missing "x"}}yes{{else}}no{{/has}}
{{#isFalsey "no"}}yes{{else}}no{{/isFalsey}} {{isFalsey "nope"}} {{isFalsey none}} {{isFalsey blank}} {{isFalsey five}}
{{isFalsey "0"}} {{isFalsey "FALSE"}} {{isFalsey yes}} {{isFalsey missing}} {{isFalsey "x"}}
{{#isTruthy "no"}}yes{{else}}no{{/isTruthy}} {{isTruthy name}} {{isTruthy list}} {{isTruthy none}}
{{isTruthy five}} {{isTruthy zero}} {{isTruthy object}}
{{#ifEven 2}}yes{{else}}no{{/ifEven}} {{ifEven five}} {{ifEven "4"}} {{ifEven -2}}
{{ifEven zero}} {{ifEven -3}} {{#ifEven half}}x{{/ifEven}}
{{#ifNth 2 4}}yes{{else}}no{{/ifNth}} {{ifNth 3 five}} {{ifNth 0 4}}
{{#each list}}{{#ifNth 2 @index}}even{{else}}odd{{/ifNth}}{{/each}} {{ifNth "2" "6"}} {{ifNth name 2}}
{{#ifOdd 3}}yes{{else}}no{{/ifOdd}} {{ifOdd 2}} {{ifOdd "5"}}
{{ifOdd -1}} {{ifOdd one}} {{#ifOdd name}}x{{/ifOdd}}
{{#is five "5"}}yes{{else}}no{{/is}} {{is nil missing}} {{is zero no}} {{is "" 0}} {{is five compare="5"}}
{{is list "a,b,c"}} {{is object "[object Object]"}} {{is name "Bob"}} {{is nil 0}} {{is yes 1}} {{is yes "1"}}
{{#isnt five "6"}}yes{{else}}no{{/isnt}} {{isnt nil missing}} {{isnt five compare=5}}
{{isnt name "Jane"}} {{isnt zero empty}} {{isnt list list}}
{{#lt one five}}yes{{else}}no{{/lt}} {{lt 2 1}} {{lt "a" "b"}} {{lt "10" "9"}} {{lt missing 1}} {{lt nil 1}}
{{lt five compare=6}} {{lt "x" 1}} {{lt numbers 1}}
{{#lte five 5}}yes{{else}}no{{/lte}} {{lte 2 1}} {{lte nil 0}} {{lte missing nil}}
{{lte "a" "B"}} {{lte five compare=4}} {{lte yes 1}}
{{#neither no zero}}yes{{else}}no{{/neither}} {{neither yes no}} {{neither empty nil}}
{{neither none no}} {{#if (neither missing no)}}yes{{/if}}
{{#not no}}yes{{else}}no{{/not}} {{not yes}} {{not empty}} {{not none}}
{{#if (not missing)}}yes{{/if}} {{not zero}} {{not blank}}
{{#or no one}}yes{{else}}no{{/or}} {{#or no zero}}yes{{else}}no{{/or}} {{or no zero empty}}
{{or no one}} {{#if (or missing name)}}yes{{/if}} {{or}}
{{#unlessEq five 5}}yes{{else}}no{{/unlessEq}} {{#unlessEq five 6}}yes{{else}}no{{/unlessEq}}
{{unlessEq name "x"}} {{#unlessEq five compare=5}}yes{{else}}no{{/unlessEq}}
{{#unlessGt five 4}}yes{{else}}no{{/unlessGt}} {{unlessGt 1 2}}
{{unlessGt "a" "b"}} {{#unlessGt five compare=9}}yes{{/unlessGt}}
{{#unlessLt five 4}}yes{{else}}no{{/unlessLt}} {{unlessLt 1 2}}
{{unlessLt "a" "b"}} {{unlessLt missing 1}}
{{#unlessGteq five 5}}yes{{else}}no{{/unlessGteq}} {{unlessGteq 1 2}}
{{unlessGteq nil 0}} {{#unlessGteq five compare=9}}yes{{/unlessGteq}}
{{#unlessLteq five 5}}yes{{else}}no{{/unlessLteq}} {{unlessLteq 3 2}}
{{unlessLteq "b" "a"}} {{#unlessLteq five compare=1}}yes{{/unlessLteq}}
""".strip().split("\n")

NUMBER: Final = """
{{abs negative}} {{abs "-5"}} {{abs half}}
{{abs -1.5}} {{abs name}}
{{add 1 2}} {{add "1" 2}} {{add "a" "b"}} {{add name 1}} {{add 0.1 0.2}}
{{add five half}} {{add list 1}} {{add 9007199254740991 1}}
{{avg 1 2 3}} {{avg numbers}} {{avg "1" "2"}} {{avg name 3}}
{{avg numbers 5}} {{avg none}}
{{ceil half}} {{ceil "1.2"}} {{ceil negative}}
{{ceil -0.5}} {{ceil float}} {{ceil name}}
{{divide five 2}} {{divide 1 0}} {{divide 0 0}} {{divide "9" "3"}}
{{divide 1 3}} {{divide -1 0}} {{divide name 1}}
{{floor half}} {{floor "1.8"}} {{floor -0.5}}
{{floor float}} {{floor missing}}
{{minus five 2}} {{minus "9" "3"}} {{minus 0.3 0.1}}
{{minus zero five}} {{minus name 1}}
{{modulo five 3}} {{modulo -5 3}} {{modulo 5.5 2}} {{modulo 5 0}}
{{modulo "9" "4"}} {{modulo five name}}
{{multiply five 3}} {{multiply "2" "4"}} {{multiply 0.1 3}}
{{multiply 1000000000000 1000000000000}} {{multiply name 2}}
{{plus five 3}} {{plus "2" "4"}} {{plus 1e3 1}}
{{plus half half}} {{plus missing 2}}
{{random 5 5}} {{random 0 0}}
{{random -2 -2}} {{random name 1}}
{{remainder five 3}} {{remainder "7" 4}} {{remainder name 2}}
{{remainder -7 3}} {{remainder 7 0}} {{remainder nil 3}}
{{round half}} {{round 1.5}} {{round 2.5}} {{round -1.5}} {{round -0.5}} {{round 1.49}}
{{round "3.7"}} {{round name}}
{{subtract five 2}} {{subtract "9" "3"}}
{{subtract 1 0.9}} {{subtract name 1}}
{{sum 1 2 3}} {{sum numbers}} {{sum "1" 2 name}} {{sum}}
{{sum numbers 5 half}} {{sum 0.1 0.2 0.3}} {{sum nested}}
{{times five 3}} {{times "2" "4"}} {{times half half}}
{{times -1 five}} {{times name 2}}
{{bytes 13661855}} {{bytes 825399}} {{bytes 1396}} {{bytes "1396"}} {{bytes 0}} {{bytes missing}}
{{bytes 13661855 0}} {{bytes 825399 1}} {{bytes name}} {{bytes list}} {{bytes -5}} {{bytes half}} {{bytes million}}
{{fileSize 13661855}} {{fileSize 825399 3}}
{{fileSize 999}} {{fileSize 1000}} {{fileSize nil}}
{{addCommas 1234}} {{addCommas 1234567}} {{addCommas 12}} {{addCommas "9876543"}}
{{addCommas -1234567}} {{addCommas 1234.5}} {{addCommas "abc"}} {{addCommas 123456789.12}}
{{phoneNumber "8005551212"}} {{phoneNumber 8005551212}}
{{phoneNumber "12"}} {{phoneNumber "800-555"}}
{{toAbbr 123456}} {{toAbbr 1234}} {{toAbbr 999}} {{toAbbr 998}} {{toAbbr 12345678 0}} {{toAbbr 1234567890 3}}
{{toAbbr name}} {{toAbbr "5000"}} {{toAbbr -5000}} {{toAbbr 1500000000000000}}
{{toExponential 1234.5}} {{toExponential 1234.5 2}} {{toExponential 0}} {{toExponential 0.00012 3}}
{{toExponential -15 1}} {{toExponential name}} {{toExponential "77" 4}}
{{toFixed 1.1234}} {{toFixed 1.1234 2}} {{toFixed 2.5}} {{toFixed 0.5}} {{toFixed -2.5}} {{toFixed 1.005 2}}
{{toFixed five 3}} {{toFixed name 2}} {{toFixed "1.55" 1}} {{toFixed 1e21 2}} {{toFixed -0.0001 2}} {{toFixed big 2}}
{{toFloat "3.1416xyz"}} {{toFloat "abc"}} {{toFloat " 1e3 "}} {{toFloat missing}}
{{toFloat five}} {{toFloat ".5"}} {{toFloat "-Infinity"}}
{{toInt "3.9"}} {{toInt "12px"}} {{toInt "abc"}} {{toInt -3.9}}
{{toInt "0x1F"}} {{toInt " 42"}} {{toInt missing}}
{{toPrecision 1.1234 3}} {{toPrecision 1234.5 2}} {{toPrecision 0.000012345 3}} {{toPrecision five}}
{{toPrecision 0.0000001234 2}} {{toPrecision 0 3}} {{toPrecision name 2}} {{toPrecision -99.99 3}}
{{toPrecision 123456 6}}
""".strip().split("\n")

OBJECT: Final = """
{{#with (extend object blank a="x")}}{{a}}{{b}}{{/with}}
{{JSONstringify (extend blank data.labels x=five)}} {{length (extend object)}}
{{#forIn object}}{{@key}}={{this}};{{/forIn}} {{#forIn list}}{{@key}}{{this}}{{/forIn}}
{{#forIn object x="y"}}{{@x}}{{@key}}{{/forIn}} {{#forIn missing}}x{{/forIn}}
{{#forOwn object}}{{@key}}={{this}};{{/forOwn}} {{#forOwn list}}{{@key}}{{this}}{{/forOwn}}
{{#forOwn users.[0]}}{{@key}} {{/forOwn}} {{#forOwn object x=1}}{{@x}}{{/forOwn}}
{{toPath "a" "b" "c"}} {{toPath "a" five}} {{toPath name list "x"}}
{{toPath}}x {{get (toPath "a" "b") object}}
{{get "a" object}} {{get "er.still.value" deep}} {{get "zz" object}}x {{#get "b" object}}<{{this}}>{{else}}none{{/get}}
{{#get "zz" object}}<{{this}}>{{else}}none {{a}}{{/get}} {{get "items.0.name" data}} {{get "length" list}}
{{JSONstringify (getObject "a" object)}} {{JSONstringify (getObject "er.still" deep)}}
{{JSONstringify (getObject "zz" object)}} {{JSONstringify (getObject "items[0].name" data)}}
{{hasOwn object "a"}} {{hasOwn object "zz"}} {{hasOwn list "0"}}
{{hasOwn list 5}} {{hasOwn object "toString"}} {{#if (hasOwn object "c")}}yes{{/if}}
{{isObject object}} {{isObject list}} {{isObject name}} {{isObject nil}}
{{#if (isObject blank)}}yes{{/if}} {{isObject missing}}
{{#with (JSONparse '{"a": [1, {"b": 2}]}')}}{{a.[1].b}}{{/with}} {{JSONparse "[1,2]"}}
{{JSONparse "12"}} {{JSONparse "{bad"}}
{{#with (parseJSON '{"a": 1.50}')}}{{a}}{{/with}} {{parseJSON "true"}}
{{parseJSON '"x"'}} {{parseJSON "null"}}x
{{{JSONstringify object}}} {{{JSONstringify users}}} {{{JSONstringify name}}} {{{JSONstringify missing}}}x
{{{JSONstringify object 2}}} {{{JSONstringify nested "--"}}} {{{JSONstringify none 2}}} {{{JSONstringify data.items 1}}}
{{{JSONstringify title}}} {{{JSONstringify unicode}}} {{{JSONstringify big}}} {{{JSONstringify nil}}}
{{{JSONstringify text}}}
{{{stringify list}}} {{{stringify object 4}}}
{{{stringify yes}}} {{{stringify half}}} {{stringify tiny}}
{{JSONstringify (merge (extend blank) object x="y")}}
{{#with (merge (extend object) data.labels)}}{{severity}}{{a}}{{/with}}
{{JSONstringify (pick "a" object)}} {{JSONstringify (pick (split "a,b") object)}}
{{#pick "a" object}}{{a}}{{else}}none{{/pick}} {{#pick "zz" object}}x{{else}}none {{b}}{{/pick}}
""".strip().split("\n")

CASES: Final = [*ARRAY, *STRING, *COMPARISON, *NUMBER, *OBJECT]
