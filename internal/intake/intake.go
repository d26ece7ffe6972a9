// Package intake takes in what members send (导入): it knows the kinds of sheet
// that the consortium takes, reads them as people write them, cleans what can be
// put right, tells of what a person must decide, and carries an upload through
// preview to commit.
//
// Cleaning knows no database: Read turns a file into rows and findings. What a
// row means, whether it is new and how it is kept, the rooms know: each kind has
// its Taker.
//
// The fields of each kind, with what a Taker reads of them (Row.Text, unless
// Int, Float, Fen, Pay, Yes or Items is written; see Value for the forms):
//
//	members
//		member_id (key), name, short_name, kind (word), role, uscc (credit code), industry_code (code of industry),
//		region_code (code of region), region, segment_codes (Items of segment), employees (Int), joined_on (day),
//		phone (phone), fictional (Yes), synthetic (Yes)
//	programmes
//		programme_id (key), school_id (key of members), school, level (levels of schooling (codes.Secondary, …)),
//		code (code of programme), name (text (name of programme)), years (Int), plan_per_year (Int), founded (Int),
//		students_in_set (Int)
//	students
//		student_no, name (name), gender (M, F), id_no (id number), birth (day), programme_code (code of programme),
//		programme (text (name of programme)), class, entry_date (day), phone (phone), want_pay (Fen), student_id (key),
//		school_id (key of members), school, programme_id (key of programmes),
//		level (levels of schooling (codes.Secondary, …)), graduate_year (Int), status (word),
//		home_region (code of region), score (Float), certificate, want_positions (Items of position),
//		want_regions (Items of region), accept_shift (Yes), accept_overseas (Yes), skills (Items), synthetic (Yes)
//	student_skills
//		student_id (key of students), student_no, skill_code (code of skill), level (Int), source (word)
//	positions
//		enterprise, uscc (credit code), title, occupation_code (code of occupation), headcount (Int),
//		education (schooling), pay (Pay), region_code (code of region), posted_on (day), closes_on (day), phone (phone),
//		skills (Items), position_id (key), enterprise_id (key of members), position_code (code of position),
//		segment_code (code of segment), pay_low (Fen), pay_high (Fen), shift (word), overseas (Yes), status (word)
//	position_skills
//		position_id (key of positions), skill_code (code of skill), level (Int), weight (Int), must (Yes)
//	hiring
//		quarter (quarter), enterprise_id (key of members), enterprise, uscc (credit code),
//		position_code (code of position), position, occupation_code (code of occupation),
//		segment_code (code of segment), planned (Int), applied (Int), hired (Int), left (Int)
//	hiring_plans
//		quarter (quarter), enterprise_id (key of members), enterprise, uscc (credit code),
//		position_code (code of position), position, planned (Int), confidence (word), submitted_on (day)
//	equipment
//		asset_no, equipment, value (Fen), bought_on (day), hourly_price (Fen), capacity (Int), location, phone (phone),
//		equipment_id (key), owner_id (key of members), owner, skills (Items), weekend (Yes), training_needed (Yes),
//		status (word)
//
// Owner fields (school of programmes and students, enterprise of positions,
// hiring and hiring_plans, owner of equipment) hold the unit's name where no
// column names it: the sheet's title, its note line or the file's name tell.
// position_code is filled from position or title where it is sure.
package intake
