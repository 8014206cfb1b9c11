"""When two written names are the same company, and when that is only a question."""

from odoo.tests import BaseCase, tagged

from ..models.fact.name_matching import ClientIndex, name_key, name_stem


@tagged("post_install", "-at_install")
class TestNames(BaseCase):
    """Pure functions; the database takes no part."""

    def test_one_company_typed_in_many_ways(self):
        for typed, plain in (
            ("湖北华成股份有限公司", "湖北华成股份有限公司"),
            (" 湖北 华成\u3000股份有限公司\u200b", "湖北华成股份有限公司"),
            ("嘉华生物技术（武汉）股份有限公司", "嘉华生物技术(武汉)股份有限公司"),
            ("嘉华生物技术〔武汉〕股份有限公司", "嘉华生物技术(武汉)股份有限公司"),
            ("嘉华生物技术【武汉】股份有限公司", "嘉华生物技术[武汉]股份有限公司"),
            ("嘉华生物技术﹝武汉﹞股份有限公司", "嘉华生物技术｛武汉｝股份有限公司"),
            ("嘉华生物技术︵武汉︶股份有限公司", "嘉华生物技术<武汉>股份有限公司"),
            ("ＴＣＬ科技集团股份有限公司", "tcl科技集团股份有限公司"),
            ("武汉Ⅱ号仓储有限公司", "武汉II号仓储有限公司"),
            ("约翰·迪尔（天津）有限公司", "约翰•迪尔(天津)有限公司"),
            ("约翰．迪尔(天津)有限公司", "约翰・迪尔(天津)有限公司"),
            ("A＆B设备有限公司", "AB设备有限公司"),
            ("「知音」文化有限公司", "(知音)文化有限公司"),
            ("“知音”文化有限公司", "知音文化有限公司"),
            ("晶Ⅲ－５厂", "晶iii-5厂"),
            ("11－5矿业有限公司", "11.5矿业有限公司"),
            ("第①建筑公司", "第1建筑公司"),
            ("⼟木工程有限公司", "土木工程有限公司"),
        ):
            with self.subTest(typed=typed):
                self.assertEqual(name_key(typed), name_key(plain))

    def test_never_merged(self):
        for one, other in (
            ("湖北华成股份有限公司", "湖北华成有限公司"),
            ("湖北华成有限责任公司", "湖北华成有限公司"),
            ("湖北华成股份有限公司", "湖北华成股份公司"),
            ("湖北华成集团有限公司", "湖北华成有限公司"),
            ("湖北华成(集团)有限公司", "湖北华成集团有限公司"),
            ("嘉华(武汉)有限公司", "嘉华武汉有限公司"),
            ("11-5矿业有限公司", "115矿业有限公司"),
            ("湖北华成有限公司", "湖北华城有限公司"),
            ("华成\ue000有限公司", "华成\ue001有限公司"),
            ("湖北华成有限公司武汉分公司", "湖北华成有限公司"),
        ):
            with self.subTest(one=one, other=other):
                self.assertNotEqual(name_key(one), name_key(other))

    def test_stems_of_variants(self):
        for name, stem in (
            ("湖北华成股份有限公司", "湖北华成"),
            ("湖北华成有限责任公司", "湖北华成"),
            ("湖北华成股份公司", "湖北华成"),
            ("湖北华成（集团）股份有限公司", "湖北华成"),
            ("湖北华成集团公司", "湖北华成"),
            ("湖北华成有限公司（集团）", "湖北华成"),
            ("湖北华成", "湖北华成"),
            ("湖北华成有限公司武汉分公司", "湖北华成有限公司武汉分公司"),
            ("集团有限公司", ""),
            ("", ""),
        ):
            with self.subTest(name=name):
                self.assertEqual(name_stem(name_key(name)), stem)

    def test_what_is_certain_and_what_is_a_question(self):
        index = ClientIndex(
            [
                (1, "湖北华成股份有限公司", "A"),
                (2, "湖北华成有限公司", None),
                (3, "武汉东湖商贸有限公司", "C"),
                (4, "武汉东湖商贸有限公司", None),
            ]
        )

        def find(name, **knowledge):
            return index.find(name_key(name), name_stem(name_key(name)), **knowledge)

        self.assertEqual(find("湖北华成股份有限公司"), (1, "name", set()))
        self.assertEqual(find("湖北华成有限公司"), (2, "name", set()))
        self.assertEqual(find("别的名字", code="A"), (1, "code", set()))
        self.assertEqual(find("湖北华成股份有限公司", code="B"), (None, "other_code", {1}))
        self.assertEqual(find("湖北华成集团有限公司"), (None, "form", {1, 2}))
        self.assertEqual(find("湖北华成集团有限公司", code="B"), (None, "form", {2}))
        self.assertEqual(find("武汉东湖商贸有限公司"), (None, "several", {3, 4}))
        self.assertEqual(find("武汉东湖商贸有限公司", rejected={4}), (3, "name", set()))
        self.assertEqual(find("湖北华成股份有限公司", rejected={1}), (None, "form", {2}))
        self.assertEqual(find("湖北华成集团有限公司", confirmed=2), (2, "person", set()))
        self.assertEqual(find("湖北华成集团有限公司", confirmed=9), (None, "form", {1, 2}))
        self.assertEqual(find("无人知晓有限公司"), (None, None, set()))
