"""The question bank as data: what may be asked, how it is marked, and which version is in force (appraisal §9.4; 篇2)."""
