-- Whose skills are to be weighed anew is found without reading everybody.
CREATE INDEX talent_candidate_weighed ON talent_candidate (body, weighed) WHERE evidence <> '';
