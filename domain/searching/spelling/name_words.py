"""Words that stand beside a person's names: titles, suffixes, particles, and surnames of East Asia.

All in small letters, without dots, hyphens and apostrophes, as ``person_names`` compares them.
"""

from domain.searching.spelling.letters import APOSTROPHES

_SIGNS = str.maketrans("", "", ".-/()" + APOSTROPHES)


def key_of(word: str) -> str:
    """A word as it is compared with those below."""
    return word.translate(_SIGNS).casefold()


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


TITLES = _words(
    """
    mr mister mrs ms miss mx messrs sir dame lady lord madam esquire hon rev revd reverend fr father
    pastor rabbi imam
    herr herrn frau fräulein hr fr frl hrn
    mme mlle mm monsieur madame mademoiselle mgr me maître maitre
    sr sra srta señor señora señorita sres sig sigra signor signora signore signorina dott dottssa
    dottoressa
    dhr mevr mw mevrouw meneer drs ir ing bc bca mag mgr mudr judr rndr paeddr phdr mvdr thdr doc
    docent akad
    pan pani pán paní inż inz
    dr dra drin doctor doktor dres prof profra profdr professor professorin privatdozent pd apl
    dipl dipling diplkfm diplkffr diplinf diplinform diplphys diplpsych diplbiol diplchem diplmath
    diploec diplwiing
    diplvw diplvolksw diplbetrw diplpäd diplsozpäd diplhdl diplgeol dkfm di dipltzt dipldes
    lic bacc cand stud ra rae rain rechtsanwalt rechtsanwältin steuerberater notar dekan rektor
    avv arch arq eng engr geom rag ph
    sheikh shaikh sheik haji hajji hadji sayyid syed seyed ustad mullah
    shri sri smt kumari
    capt col cmdr gen lt maj sgt cpl pvt adm
    familie family famille familia famiglia fam eheleute ehepaar
    dring drmed drphil drjur drrernat drhc privdoz univprof univdoz univass
    fru frk herra hra rouva vve veuve dña dn sn av
    госпожа господин проф
    الدكتور الدكتورة دكتور دكتورة الأستاذ السيد السيدة المهندس د م أ
    ד"ר ד״ר דר פרופ מר גב
    """
)
"""In front of a name, one behind the other."""

UNDOTTED_TITLES = _words("dr mr mrs ms mx sir mme dhr drs mgr rev sra dra pd drin")

BEHIND_A_TITLE = _words(
    """
    hc honoris causa h c eh e mult med hab rer nat phil jur iur juris utr ing habil dent vet oec pol
    theol sc techn math
    agr forest mont paed päd psych sci univ fh ba dh pharm cult art publ soc mus in and und et e i di
    & em
    """
)
"""Only behind a title, or another of these: ``Dr. rer. nat.``."""

SUFFIXES = _words(
    """
    jr jnr junior júnior sr snr senior sénior ii iii iv vi vii viii ix
    phd dphil edd mba emba msc bsc meng beng mphil mbbs llm llb lld dds dmd dvm pharmd psyd mfa bfa
    mpa mph bba
    esq cpa cfa pmp obe mbe cbe kbe qc frcp frcs frs rgn scd dsc drsc csc dba drhc hc mult
    2nd 3rd 4th usn usmc usaf mdb mdl mdep dis
    dipling diplkfm diplinf diplpsych diplphys diplbiol diplchem fh fils père pere
    ad ir ret
    """
)
"""Behind a name, with a comma or without."""

SHORT_SUFFIXES = _words(
    "ba ma md jd do rn pe ms bs be aa as kc sj op osb v i mp mep mla edm llc lic univ dr di"
)
"""Behind a comma; without one in capitals only, behind two words that are not all in capitals."""

NEVER_WITH_A_COMMA = _words("i v as be do")

PARTICLES = _words(
    """
    von vom zu zum zur van vande vander vanden der den dem des ten ter te tot tho thor op
    in het uit aan
    vd vdr vds vdn vander von und der auf an de del dela delas delos della delle dello dei degli degl
    da das dal dalla
    dalle dallo dai do dos di du d la las le les lo los li el y e i af av am ap ab ferch verch ní ni
    nic uí ui ó mac
    mc fitz st ste saint sainte san santa santo santi sant são sao bin binti binte bint bte ibn ben
    bat bar al el ul
    ad ar as ash at az an abu abou abi abd abdul abdel abdal abdur umm ould oulad ait aït ou ter t s v
    z zu der
    della till och بن ابن بنت ابو أبو آل عبد фон ван де בן בת בר אבן
    """
) - _words("an am in auf at as ar i e y")
"""In front of a surname, one behind the other."""

INNER_PARTICLES = _words("und en et en- zu in op an het der am auf af aan bei")
"""Only between particles, or behind one: ``von und zu``, ``van in 't``."""

CONJUNCTIONS = _words("y e i und och")
"""Between two surnames, in small letters: ``Ortega y Gasset``."""

MAIDEN = _words(
    "geb geborene geborener née nee né born roz rozená z-domu ur urodzona f fka sündinud født född"
    " gen genannt verw verwitwete gesch geschiedene épouse épse ép"
)
"""What follows is the name of before."""

BEFORE_A_PARTICLE = _words(
    """
    freiherr freifrau freiin graf gräfin baron baronin baronesse ritter edler edle prinz prinzessin
    fürst fürstin herzog herzogin
    """
)
"""Of a German surname, where a particle follows: ``Freiherr von und zu Guttenberg``."""

ATTACHED = _words("filho neto netto sobrinho bisneto")
"""Behind a Portuguese surname, and a part of it: ``Santos Filho``."""

VIETNAMESE = _words(
    """
    nguyễn nguyen trần tran lê phạm pham huỳnh huynh hoàng phan vũ võ đặng dang bùi bui đỗ hồ ngô
    dương duong lý đinh trịnh trinh trương truong đoàn lâm lương
    """
)
"""Surnames that stand first, in names of three words or more."""

HONORIFICS = (
    "先生",
    "さん",
    "さま",
    "様",
    "氏",
    "殿",
    "女士",
    "小姐",
    "님",
    "씨",
    "선생님",
    "博士",
    "教授",
)
"""Behind a name of East Asia."""

LONG_SURNAMES = _words(
    """
    欧阳 歐陽 司马 司馬 诸葛 諸葛 上官 司徒 东方 東方 皇甫 尉迟 尉遲 公孙 公孫 慕容 令狐 端木 夏侯
    长孙 長孫 宇文 轩辕 南宫 南宮
    남궁 황보 제갈 사공 선우 서문 독고 동방
    佐藤 鈴木 高橋 田中 伊藤 渡辺 渡邊 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 斎藤
    斉藤 清水 山崎 阿部 池田 橋本
    山下 石川 中島 前田 藤田 後藤 小川 岡田 村上 長谷川 近藤 石井 坂本 遠藤 藤井 青木 福田 三浦 西村
    藤原 太田 松田 原田 岡本 中野
    中川 小野 田村 竹内 金子 和田 中山 石田 上田 森田 柴田 酒井 工藤 横山 宮崎 宮本 内田 高木 安藤
    谷口 大野 丸山 今井 高田 藤本
    武田 村田 上野 杉山 増田 平野 大塚 千葉 久保 松井 小島 岩崎 桜井 野口 松尾 野村 木下 菊地 佐野
    大西 杉本 新井 浜田 古川 市川
    水野 小松 島田 小山 高野 山内 西田 菊池 西川 北村 五十嵐 福島 安田 中田 川口 平田 川崎 飯田 吉川
    本田 久保田 沢田 辻 関
    """
)
SHORT_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭吕呂苏蘇"
    "卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段"
    "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모탁국어은편용"
)
