package intake

// Kinds are the sheets that the consortium takes, those first that others refer to.
var Kinds = index([]*Kind{members, programmes, students, workers, studentSkills, consents, positions, positionSkills, demands, hiring, hiringPlans, equipment, placements})

func h(headers ...string) []string { return headers }

var regionField = Field{Key: "region_code", Cell: Code, List: "region", Headers: h("工作地代码", "地区代码", "行政区划代码", "区划代码", "region_code")}

var members = &Kind{
	Name: "members", Order: 1,
	Needs: [][]string{{"name"}, {"member_id", "kind", "uscc", "short_name"}, {"kind", "role", "joined_on", "industry_code"}},
	Keys:  [][]string{{"member_id"}, {"uscc"}, {"name"}},
	Names: []string{"member_id", "uscc", "name", "short_name"},
	Fields: []Field{
		{Key: "member_id", Cell: Ref, Headers: h("成员编号", "单位编号", "member_id")},
		{Key: "name", Cell: Text, Headers: h("单位名称", "成员单位", "成员名称", "名称", "name"), Essential: true, Missing: "missing_name"},
		{Key: "short_name", Cell: Text, Headers: h("简称", "单位简称", "short_name")},
		{Key: "kind", Cell: Enum, Headers: h("单位类型", "类型", "成员类型", "kind"), Words: words(
			h("government", "政府", "政府部门", "机关"), h("enterprise", "企业", "公司"), h("secondary", "中职", "中职学校", "中等职业学校", "技工学校"),
			h("higher", "高职", "高职院校", "高等职业学校"), h("undergraduate", "本科", "本科高校", "高校", "普通高校"), h("research", "科研机构", "科研院所", "研究机构"), h("association", "行业协会", "行业组织", "协会"))},
		{Key: "role", Cell: Text, Headers: h("联合体职务", "职务", "角色", "role")},
		{Key: "uscc", Cell: Credit, Headers: h("统一社会信用代码", "信用代码", "社会信用代码", "uscc"), Missing: "missing_uscc"},
		{Key: "industry_code", Cell: Code, List: "industry", Headers: h("行业代码", "industry_code")},
		{Key: "region_code", Cell: Code, List: "region", Headers: h("行政区划代码", "区划代码", "地区代码", "region_code")},
		{Key: "region", Cell: Text, Headers: h("所在地", "地区", "region")},
		{Key: "segment_codes", Cell: Codes, List: "segment", Headers: h("产业链环节", "环节代码", "segment_codes")},
		{Key: "employees", Cell: Count, Headers: h("职工人数", "员工人数", "从业人数", "employees")},
		{Key: "joined_on", Cell: Date, Headers: h("加入日期", "入会日期", "joined_on")},
		{Key: "phone", Cell: Phone, Headers: h("联系电话", "电话", "联系方式", "phone"), Soft: true},
		{Key: "fictional", Cell: YesNo, Headers: h("是否虚构", "fictional")},
		{Key: "synthetic", Cell: YesNo, Headers: h("合成数据", "synthetic")},
	},
}

var programmes = &Kind{
	Name: "programmes", Order: 2,
	Needs: [][]string{{"code"}, {"name"}, {"plan_per_year", "founded", "students_in_set", "years", "programme_id"}},
	Keys:  [][]string{{"programme_id"}, {"school_id", "code"}, {"school", "code"}},
	Names: []string{"programme_id"},
	Owner: "school", OwnedBy: h("school_id", "school"),
	Fields: []Field{
		{Key: "programme_id", Cell: Ref, Headers: h("专业点编号", "programme_id")},
		{Key: "school_id", Cell: Ref, Ref: "members", Headers: h("学校编号", "school_id"), Carried: true},
		{Key: "school", Cell: Text, Headers: h("学校", "学校名称", "办学单位", "school"), Carried: true},
		{Key: "level", Cell: Enum, Headers: h("层次", "办学层次", "level"), Words: levels},
		{Key: "code", Cell: Programme, Headers: h("专业代码", "专业编码", "code"), Missing: "missing_code"},
		{Key: "name", Cell: Title, Headers: h("专业名称", "专业", "name"), Essential: true, Missing: "missing_name"},
		{Key: "years", Cell: Count, Headers: h("学制", "修业年限", "years")},
		{Key: "plan_per_year", Cell: Count, Headers: h("年招生计划", "招生计划", "plan_per_year")},
		{Key: "founded", Cell: Count, Headers: h("开设年份", "开办年份", "founded")},
		{Key: "students_in_set", Cell: Count, Headers: h("本数据集学生数", "在校生数", "students_in_set")},
	},
}

var students = &Kind{
	Name: "students", Order: 3,
	Needs: [][]string{{"name"}, {"student_no", "student_id", "id_no"}, {"class", "programme", "programme_code", "programme_id", "entry_date", "birth"}},
	Keys:  [][]string{{"student_id"}, {"student_no"}, {"id_no"}, {"name", "birth", "phone"}},
	Names: []string{"student_id", "student_no"},
	Owner: "school", OwnedBy: h("school_id", "school", "programme_id"),
	Fields: []Field{
		{Key: "student_no", Cell: Text, Headers: h("学号", "学籍号", "学生编号", "编号", "student_no")},
		{Key: "name", Cell: Name, Headers: h("姓名", "学生姓名", "name"), Essential: true, Missing: "missing_name"},
		{Key: "gender", Cell: Gender, Headers: h("性别", "gender"), Missing: "missing_gender"},
		{Key: "id_no", Cell: IDNumber, Headers: h("身份证号", "身份证号码", "证件号码", "身份证", "id_no"), Missing: "missing_id"},
		{Key: "birth", Cell: Date, Headers: h("出生日期", "出生年月日", "生日", "出生年月", "birth")},
		{Key: "programme_code", Cell: Programme, Headers: h("专业代码", "专业编码", "programme_code"), Missing: "missing_code"},
		{Key: "programme", Cell: Title, Headers: h("专业名称", "专业", "所学专业", "programme")},
		{Key: "class", Cell: Text, Headers: h("班级", "班级名称", "所在班级", "class"), Carried: true},
		{Key: "entry_date", Cell: Date, Headers: h("入学日期", "入学时间", "入学年月", "entry_date")},
		{Key: "phone", Cell: Phone, Headers: h("联系电话", "手机", "手机号码", "学生电话", "手机号", "电话", "phone"), Missing: "missing_phone", Soft: true},
		{Key: "want_pay", Cell: Money, Headers: h("期望月薪", "期望薪资", "期望工资", "want_pay")},
		{Key: "student_id", Cell: Ref, Headers: h("学生编号", "student_id")},
		{Key: "school_id", Cell: Ref, Ref: "members", Headers: h("学校编号", "school_id"), Carried: true},
		{Key: "school", Cell: Text, Headers: h("学校", "学校名称", "所在学校", "毕业院校", "school"), Carried: true},
		{Key: "programme_id", Cell: Ref, Ref: "programmes", Headers: h("专业点编号", "programme_id")},
		{Key: "level", Cell: Enum, Headers: h("层次", "学历层次", "培养层次", "level"), Words: levels},
		{Key: "graduate_year", Cell: Count, Headers: h("毕业年份", "毕业年度", "毕业届别", "graduate_year")},
		{Key: "status", Cell: Enum, Headers: h("状态", "学籍状态", "在校状态", "status"), Words: words(
			h("studying", "在读", "在校"), h("final_year", "毕业班", "应届"), h("internship", "实习", "顶岗实习"), h("graduated_employed", "已就业", "毕业已就业"),
			h("graduated_seeking", "求职中", "待就业", "毕业待就业"), h("graduated_studying", "升学", "毕业升学"))},
		{Key: "home_region", Cell: Code, List: "region", Headers: h("生源地代码", "生源地", "home_region")},
		{Key: "score", Cell: Decimal, Headers: h("综合成绩", "平均成绩", "成绩", "score")},
		{Key: "certificate", Cell: Text, Headers: h("技能等级证书", "职业技能证书", "证书", "certificate")},
		{Key: "want_positions", Cell: Codes, List: "position", Headers: h("意向岗位", "就业意向", "求职意向", "want_positions")},
		{Key: "want_regions", Cell: Codes, List: "region", Headers: h("意向地区", "意向地点", "want_regions")},
		{Key: "accept_shift", Cell: YesNo, Headers: h("接受倒班", "accept_shift")},
		{Key: "accept_overseas", Cell: YesNo, Headers: h("接受外派", "accept_overseas")},
		{Key: "skills", Cell: Skills, Headers: h("技能", "掌握技能", "专业技能", "skills")},
		{Key: "synthetic", Cell: YesNo, Headers: h("合成数据", "synthetic")},
	},
}

var studentSkills = &Kind{
	Name: "student_skills", Order: 4,
	Needs: [][]string{{"student_id", "student_no"}, {"skill_code"}, {"level"}},
	Keys:  [][]string{{"student_id", "skill_code"}, {"student_no", "skill_code"}},
	Fields: []Field{
		{Key: "student_id", Cell: Ref, Ref: "students", Headers: h("学生编号", "student_id"), Carried: true},
		{Key: "student_no", Cell: Text, Headers: h("学号", "学籍号", "student_no"), Carried: true},
		{Key: "skill_code", Cell: Code, List: "skill", Headers: h("技能代码", "技能", "技能名称", "skill_code"), Essential: true, Missing: "missing_code"},
		{Key: "level", Cell: Count, Headers: h("水平", "等级", "掌握程度", "level"), Essential: true, Missing: "missing_level"},
		{Key: "source", Cell: Enum, Headers: h("来源", "取得方式", "source"), Words: words(
			h("course", "课程"), h("certificate", "证书"), h("contest", "竞赛", "技能竞赛"), h("logbook", "实习日志", "工作日志"), h("project", "项目"),
			h("internship", "实习"), h("self", "自述", "自学"))},
		{Key: "on", Cell: Date, Headers: h("取得日期", "取得时间", "认定日期", "on")},
	},
}

var workers = &Kind{
	Name: "workers", Order: 3,
	Needs: [][]string{{"name"}, {"person_no", "person_id", "id_no"}, {"kind", "unit", "unit_id", "person_no"}},
	Keys:  [][]string{{"person_id"}, {"person_no"}, {"id_no"}, {"name", "birth", "phone"}},
	Names: []string{"person_id", "person_no"},
	Owner: "unit", OwnedBy: h("unit_id", "unit"),
	Fields: []Field{
		{Key: "person_no", Cell: Text, Headers: h("工号", "员工编号", "学员编号", "person_no")},
		{Key: "name", Cell: Name, Headers: h("姓名", "员工姓名", "学员姓名", "name"), Essential: true, Missing: "missing_name"},
		{Key: "kind", Cell: Enum, Headers: h("人员类别", "人员类型", "kind"), Words: words(h("worker", "在职职工", "职工", "员工"), h("trainee", "培训学员", "学员"))},
		{Key: "gender", Cell: Gender, Headers: h("性别", "gender")},
		{Key: "id_no", Cell: IDNumber, Headers: h("身份证号", "身份证号码", "证件号码", "身份证", "id_no")},
		{Key: "birth", Cell: Date, Headers: h("出生日期", "出生年月", "birth")},
		{Key: "phone", Cell: Phone, Headers: h("联系电话", "手机", "手机号码", "电话", "phone"), Soft: true},
		{Key: "unit_id", Cell: Ref, Ref: "members", Headers: h("单位编号", "unit_id"), Carried: true},
		{Key: "unit", Cell: Text, Headers: h("所在单位", "单位名称", "工作单位", "培训机构", "unit"), Carried: true},
		{Key: "level", Cell: Enum, Headers: h("学历", "文化程度", "学历层次", "level"), Words: levels},
		{Key: "status", Cell: Enum, Headers: h("状态", "求职状态", "status"), Words: words(
			h("working", "在岗", "在职"), h("training", "在训", "培训中"), h("job_seeking", "求职中", "待岗", "转岗"))},
		{Key: "certificate", Cell: Text, Headers: h("技能等级证书", "职业技能证书", "证书", "certificate")},
		{Key: "want_positions", Cell: Codes, List: "position", Headers: h("意向岗位", "求职意向", "want_positions")},
		{Key: "want_regions", Cell: Codes, List: "region", Headers: h("意向地区", "意向地点", "want_regions")},
		{Key: "want_pay", Cell: Money, Headers: h("期望月薪", "期望薪资", "want_pay")},
		{Key: "accept_shift", Cell: YesNo, Headers: h("接受倒班", "accept_shift")},
		{Key: "accept_overseas", Cell: YesNo, Headers: h("接受外派", "accept_overseas")},
		{Key: "skills", Cell: Skills, Headers: h("技能", "掌握技能", "skills")},
		{Key: "person_id", Cell: Ref, Headers: h("人员编号", "person_id")},
	},
}

var consents = &Kind{
	Name: "consents", Order: 4,
	Needs: [][]string{{"student_id", "student_no"}, {"purpose"}, {"signed_on", "giver", "withdrawn"}},
	Keys:  [][]string{{"student_id", "purpose", "giver"}, {"student_no", "purpose", "giver"}},
	Fields: []Field{
		{Key: "student_id", Cell: Ref, Ref: "students", Headers: h("学生编号", "人员编号", "student_id"), Carried: true},
		{Key: "student_no", Cell: Text, Headers: h("学号", "学籍号", "工号", "student_no"), Carried: true},
		{Key: "purpose", Cell: Enum, Headers: h("同意事项", "授权事项", "授权用途", "purpose"), Essential: true, Missing: "missing_purpose", Words: words(
			h("enterprise", "向企业展示", "向企业展示并推荐", "企业推荐"), h("round", "参加对接场次", "参加对接", "撮合"), h("statistics", "用于统计与预测", "统计"), h("overseas", "推荐境外岗位", "境外岗位"))},
		{Key: "giver", Cell: Enum, Headers: h("同意人", "签字人", "giver"), Words: words(h("self", "本人"), h("guardian", "监护人", "家长"))},
		{Key: "signed_on", Cell: Date, Headers: h("签字日期", "同意日期", "signed_on"), Essential: true, Missing: "missing_date"},
		{Key: "withdrawn", Cell: YesNo, Headers: h("是否撤回", "撤回", "withdrawn")},
	},
}

var positions = &Kind{
	Name: "positions", Order: 5,
	Needs: [][]string{{"title"}, {"headcount"}, {"enterprise", "enterprise_id", "uscc", "pay", "pay_low", "education", "skills"}},
	Keys:  [][]string{{"position_id"}},
	Names: []string{"position_id"},
	Owner: "enterprise", OwnedBy: h("enterprise_id", "enterprise", "uscc"),
	Fields: []Field{
		{Key: "enterprise", Cell: Text, Headers: h("企业名称", "单位名称", "用人单位", "enterprise"), Carried: true},
		{Key: "uscc", Cell: Credit, Headers: h("统一社会信用代码", "信用代码", "社会信用代码", "uscc"), Missing: "missing_uscc", Carried: true},
		{Key: "title", Cell: Text, Headers: h("岗位名称", "招聘岗位", "岗位", "职位", "title"), Essential: true, Missing: "missing_title"},
		{Key: "occupation_code", Cell: Code, List: "occupation", Headers: h("职业代码", "职业编码", "occupation_code"), Missing: "missing_code"},
		{Key: "headcount", Cell: People, Headers: h("招聘人数", "需求人数", "人数", "headcount"), Missing: "missing_count"},
		{Key: "education", Cell: Education, Headers: h("学历要求", "最低学历", "学历", "min_education")},
		{Key: "pay", Cell: PayRange, Headers: h("月薪", "薪资待遇", "工资", "薪资", "pay")},
		regionField,
		{Key: "posted_on", Cell: Date, Headers: h("发布日期", "发布时间", "posted_on")},
		{Key: "closes_on", Cell: Date, Headers: h("截止日期", "报名截止", "closes_on")},
		{Key: "phone", Cell: Phone, Headers: h("联系电话", "联系方式", "招聘电话", "电话", "phone"), Missing: "missing_phone", Soft: true},
		{Key: "skills", Cell: Skills, Headers: h("技能要求", "岗位技能", "任职要求", "skills")},
		{Key: "position_id", Cell: Ref, Headers: h("岗位编号", "职位编号", "position_id")},
		{Key: "enterprise_id", Cell: Ref, Ref: "members", Headers: h("企业编号", "enterprise_id"), Carried: true},
		{Key: "position_code", Cell: Code, List: "position", Headers: h("岗位类别", "岗位类别代码", "position_code")},
		{Key: "segment_code", Cell: Code, List: "segment", Headers: h("产业链环节", "segment_code")},
		{Key: "pay_low", Cell: Money, Headers: h("月薪下限", "最低月薪", "pay_low")},
		{Key: "pay_high", Cell: Money, Headers: h("月薪上限", "最高月薪", "pay_high")},
		{Key: "shift", Cell: Enum, Headers: h("班制", "工作班制", "shift"), Words: words(h("day", "白班", "长白班", "常白班"), h("two_shift", "两班", "两班倒"), h("three_shift", "三班", "三班倒"))},
		{Key: "overseas", Cell: YesNo, Headers: h("外派", "overseas")},
		{Key: "status", Cell: Enum, Headers: h("状态", "招聘状态", "status"), Words: words(h("open", "招聘中", "开放"), h("closed", "已截止", "关闭"), h("filled", "已招满", "已满"))},
	},
}

var demands = &Kind{
	Name: "demands", Order: 5,
	Needs: [][]string{{"title"}, {"quantity"}, {"wanted_by"}},
	Keys:  [][]string{{"demand_no"}},
	Owner: "enterprise", OwnedBy: h("enterprise_id", "enterprise", "uscc"),
	Fields: []Field{
		{Key: "demand_no", Cell: Text, Headers: h("需求编号", "demand_no")},
		{Key: "enterprise", Cell: Text, Headers: h("企业名称", "单位名称", "用人单位", "enterprise"), Carried: true},
		{Key: "enterprise_id", Cell: Ref, Ref: "members", Headers: h("企业编号", "enterprise_id"), Carried: true},
		{Key: "uscc", Cell: Credit, Headers: h("统一社会信用代码", "信用代码", "uscc"), Carried: true},
		{Key: "title", Cell: Text, Headers: h("岗位名称", "需求岗位", "岗位", "title"), Essential: true, Missing: "missing_title"},
		{Key: "occupation_code", Cell: Code, List: "occupation", Headers: h("职业代码", "职业编码", "occupation_code")},
		{Key: "position_code", Cell: Code, List: "position", Headers: h("岗位类别", "岗位类别代码", "position_code")},
		{Key: "segment_code", Cell: Code, List: "segment", Headers: h("产业链环节", "segment_code")},
		{Key: "quantity", Cell: People, Headers: h("需求人数", "人数", "quantity"), Essential: true, Missing: "missing_count"},
		{Key: "wanted_from", Cell: Date, Headers: h("最早到岗", "最早到岗日期", "wanted_from")},
		{Key: "wanted_by", Cell: Date, Headers: h("到岗时间", "最迟到岗", "最迟到岗日期", "到岗日期", "wanted_by"), Essential: true, Missing: "missing_date"},
		{Key: "education", Cell: Education, Headers: h("学历要求", "最低学历", "学历", "education")},
		{Key: "grade", Cell: Enum, Headers: h("技能等级", "等级要求", "grade"), Words: words(h("L5", "五级", "初级工"), h("L4", "四级", "中级工"), h("L3", "三级", "高级工"), h("L2", "二级", "技师"), h("L1", "一级", "高级技师"))},
		{Key: "shift", Cell: Enum, Headers: h("班制", "工作班制", "shift"), Words: words(h("day", "白班", "长白班", "常白班"), h("two_shift", "两班", "两班倒", "白夜班"), h("three_shift", "三班", "三班倒"))},
		{Key: "pay", Cell: PayRange, Headers: h("月薪", "薪资待遇", "薪资", "pay")},
		{Key: "skills", Cell: Skills, Headers: h("技能要求", "岗位技能", "skills")},
		{Key: "duty", Cell: Text, Headers: h("岗位职责", "工作内容", "duty")},
	},
}

var positionSkills = &Kind{
	Name: "position_skills", Order: 6,
	Needs: [][]string{{"position_id"}, {"skill_code"}, {"level", "weight", "must"}},
	Keys:  [][]string{{"position_id", "skill_code"}},
	Fields: []Field{
		{Key: "position_id", Cell: Ref, Ref: "positions", Headers: h("岗位编号", "职位编号", "position_id"), Essential: true, Missing: "missing_key", Carried: true},
		{Key: "skill_code", Cell: Code, List: "skill", Headers: h("技能代码", "技能", "技能名称", "skill_code"), Essential: true, Missing: "missing_code"},
		{Key: "level", Cell: Count, Headers: h("要求水平", "水平", "等级", "level"), Missing: "missing_level"},
		{Key: "weight", Cell: Count, Headers: h("权重", "weight")},
		{Key: "must", Cell: YesNo, Headers: h("必备", "是否必备", "must")},
	},
}

var hiring = &Kind{
	Name: "hiring", Order: 7,
	Needs:    [][]string{{"quarter"}, {"position_code", "position", "occupation_code"}, {"hired", "applied", "left"}},
	Keys:     [][]string{{"quarter", "enterprise_id", "position_code"}},
	Owner:    "enterprise",
	OwnedBy:  h("enterprise_id", "enterprise", "uscc"),
	Measures: h("hired", "planned", "applied", "left"),
	Fields: []Field{
		{Key: "quarter", Cell: Quarter, Headers: h("季度", "quarter"), Essential: true, Missing: "missing_quarter", Carried: true},
		{Key: "enterprise_id", Cell: Ref, Ref: "members", Headers: h("企业编号", "enterprise_id"), Carried: true},
		{Key: "enterprise", Cell: Text, Headers: h("企业名称", "单位名称", "用人单位", "enterprise"), Carried: true},
		{Key: "uscc", Cell: Credit, Headers: h("统一社会信用代码", "信用代码", "社会信用代码", "uscc"), Carried: true},
		{Key: "position_code", Cell: Code, List: "position", Headers: h("岗位类别", "岗位类别代码", "position_code")},
		{Key: "position", Cell: Text, Headers: h("岗位", "岗位类别", "工种", "岗位名称", "position")},
		{Key: "occupation_code", Cell: Code, List: "occupation", Headers: h("职业代码", "职业编码", "occupation_code"), Missing: "missing_code"},
		{Key: "segment_code", Cell: Code, List: "segment", Headers: h("产业链环节", "segment_code")},
		{Key: "planned", Cell: Count, Headers: h("计划招聘", "计划", "planned")},
		{Key: "applied", Cell: Count, Headers: h("应聘人数", "应聘", "报名人数", "applied")},
		{Key: "hired", Cell: Count, Headers: h("录用人数", "录用", "实际录用", "hired")},
		{Key: "left", Cell: Count, Headers: h("离职人数", "离职", "left")},
	},
}

var hiringPlans = &Kind{
	Name: "hiring_plans", Order: 8,
	Needs:    [][]string{{"quarter"}, {"position_code", "position"}, {"planned"}},
	Keys:     [][]string{{"quarter", "enterprise_id", "position_code"}},
	Owner:    "enterprise",
	OwnedBy:  h("enterprise_id", "enterprise", "uscc"),
	Measures: h("planned"),
	Fields: []Field{
		{Key: "quarter", Cell: Quarter, Headers: h("季度", "quarter"), Essential: true, Missing: "missing_quarter", Carried: true},
		{Key: "enterprise_id", Cell: Ref, Ref: "members", Headers: h("企业编号", "enterprise_id"), Carried: true},
		{Key: "enterprise", Cell: Text, Headers: h("企业名称", "单位名称", "用人单位", "enterprise"), Carried: true},
		{Key: "uscc", Cell: Credit, Headers: h("统一社会信用代码", "信用代码", "社会信用代码", "uscc"), Carried: true},
		{Key: "position_code", Cell: Code, List: "position", Headers: h("岗位类别", "岗位类别代码", "position_code")},
		{Key: "position", Cell: Text, Headers: h("岗位", "岗位类别", "工种", "岗位名称", "position")},
		{Key: "planned", Cell: Count, Headers: h("计划招聘", "计划", "计划人数", "planned")},
		{Key: "confidence", Cell: Enum, Headers: h("把握程度", "confidence"), Words: words(h("high", "高", "较大"), h("middle", "中", "一般"), h("low", "低", "较小"))},
		{Key: "submitted_on", Cell: Date, Headers: h("填报日期", "submitted_on")},
	},
}

var placements = &Kind{
	Name: "placements", Order: 10,
	Needs: [][]string{{"student_id", "student_no"}, {"position_id"}, {"since"}},
	Keys:  [][]string{{"student_id", "since"}, {"student_no", "since"}},
	Fields: []Field{
		{Key: "student_id", Cell: Ref, Ref: "students", Headers: h("学生编号", "人员编号", "student_id")},
		{Key: "student_no", Cell: Text, Headers: h("学号", "学籍号", "student_no")},
		{Key: "position_id", Cell: Ref, Ref: "positions", Headers: h("岗位编号", "职位编号", "position_id"), Essential: true, Missing: "missing_key"},
		{Key: "kind", Cell: Enum, Headers: h("类别", "安置类别", "kind"), Words: words(h("internship", "岗位实习", "实习"), h("employment", "就业", "录用"))},
		{Key: "since", Cell: Date, Headers: h("开始日期", "起始日期", "实习开始", "since"), Essential: true, Missing: "missing_date"},
		{Key: "until", Cell: Date, Headers: h("结束日期", "截止日期", "实习结束", "until")},
		{Key: "place", Cell: Text, Headers: h("地点", "工作地点", "place")},
		{Key: "work", Cell: Text, Headers: h("工作内容", "岗位任务", "work")},
		{Key: "board", Cell: Text, Headers: h("食宿安排", "食宿", "board")},
		{Key: "pay", Cell: Money, Headers: h("实习报酬", "月报酬", "报酬", "pay")},
		{Key: "base", Cell: Money, Headers: h("同岗工资", "相同岗位工资", "base")},
		{Key: "pay_way", Cell: Enum, Headers: h("支付方式", "pay_way"), Words: words(h("direct", "直接支付", "直接支付本人"), h("third", "经第三方", "经学校"), h("kind", "实物", "实物折抵"))},
		{Key: "pay_days", Cell: Count, Headers: h("支付周期天数", "pay_days")},
		{Key: "hours_day", Cell: Count, Headers: h("每日时长", "日工作小时", "hours_day")},
		{Key: "hours_week", Cell: Count, Headers: h("每周时长", "周工作小时", "hours_week")},
		{Key: "night", Cell: YesNo, Headers: h("夜班", "是否夜班", "night")},
		{Key: "overtime", Cell: YesNo, Headers: h("加班", "是否加班", "overtime")},
		{Key: "rest_days", Cell: YesNo, Headers: h("休息日工作", "休息日上班", "rest_days")},
		{Key: "venue", Cell: Enum, Headers: h("场所", "场所类型", "venue"), Words: words(h("workshop", "车间"), h("laboratory", "实验室"), h("office", "办公室"), h("warehouse", "仓库"),
			h("shop", "门店"), h("outdoor", "户外"), h("home", "家庭"), h("hotel", "酒店"), h("bar", "酒吧"), h("nightclub", "夜总会"), h("karaoke", "歌厅"), h("bathhouse", "洗浴中心"),
			h("arcade", "电子游戏厅"), h("internet_cafe", "网吧"))},
		{Key: "intensity", Cell: Count, Headers: h("劳动强度", "体力劳动强度", "intensity")},
		{Key: "insurance", Cell: Text, Headers: h("保险单号", "实习责任保险", "insurance")},
		{Key: "insured_to", Cell: Date, Headers: h("保险到期", "保险截止日期", "insured_to")},
		{Key: "filing", Cell: Text, Headers: h("备案号", "filing")},
		{Key: "school_mentor", Cell: Name, Headers: h("校内指导教师", "学校指导教师", "school_mentor")},
		{Key: "firm_mentor", Cell: Name, Headers: h("企业导师", "企业指导教师", "firm_mentor")},
		{Key: "guardian", Cell: Name, Headers: h("监护人", "监护人姓名", "guardian")},
		{Key: "guardian_phone", Cell: Phone, Headers: h("监护人电话", "guardian_phone"), Soft: true},
	},
}

var equipment = &Kind{
	Name: "equipment", Order: 9,
	Needs: [][]string{{"equipment"}, {"asset_no", "equipment_id"}, {"value", "bought_on", "hourly_price", "location", "capacity"}},
	Keys:  [][]string{{"equipment_id"}, {"asset_no"}},
	Owner: "owner", OwnedBy: h("owner_id", "owner"),
	Fields: []Field{
		{Key: "asset_no", Cell: Text, Headers: h("资产编号", "设备编号", "编号", "asset_no")},
		{Key: "equipment", Cell: Text, Headers: h("设备名称", "仪器设备名称", "名称", "name"), Essential: true, Missing: "missing_name"},
		{Key: "value", Cell: Wan, Headers: h("价值", "单价", "设备原值", "价值万元", "value")},
		{Key: "bought_on", Cell: Date, Headers: h("购置日期", "购入时间", "bought_on")},
		{Key: "hourly_price", Cell: Money, Headers: h("机时费", "每小时收费", "收费标准", "每小时价格", "hourly_price")},
		{Key: "capacity", Cell: Count, Headers: h("容纳人数", "工位数", "capacity")},
		{Key: "location", Cell: Text, Headers: h("存放地点", "所在实训室", "放置地点", "location")},
		{Key: "phone", Cell: Phone, Headers: h("管理员电话", "联系电话", "phone"), Missing: "missing_phone", Soft: true},
		{Key: "equipment_id", Cell: Ref, Headers: h("设备编号", "equipment_id")},
		{Key: "owner_id", Cell: Ref, Ref: "members", Headers: h("所属单位", "owner_id"), Carried: true},
		{Key: "owner", Cell: Text, Headers: h("单位名称", "owner"), Carried: true},
		{Key: "skills", Cell: Skills, Headers: h("对应技能", "skills")},
		{Key: "weekend", Cell: YesNo, Headers: h("周末开放", "weekend")},
		{Key: "training_needed", Cell: YesNo, Headers: h("须先培训", "training_needed")},
		{Key: "status", Cell: Enum, Headers: h("状态", "status"), Words: words(h("available", "可用", "正常"), h("maintenance", "维修", "维修中"), h("retired", "报废", "停用"))},
	},
}
