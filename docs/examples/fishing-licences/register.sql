-- An invented register as an office may have it, a view that says no more than edno needs, and a role that can do nothing else.
create schema fishing;

create table fishing.licence (
  egn text not null,
  number text primary key,
  kind char(1) not null check (kind in ('В', 'Х')),
  valid_until date not null,
  fee_paid_on date,
  -- What edno never sees: it is not in the view.
  address text not null default ''
);
create index on fishing.licence (egn);

-- Invented persons: their years of birth lie in the nineteenth century.
insert into fishing.licence (egn, number, kind, valid_until, fee_paid_on) values
  ('8427029967', 'ИЗМ-0001', 'В', '2030-12-31', '2025-01-07'),
  ('8427029967', 'ИЗМ-0003', 'Х', '2024-06-30', '2023-06-29'),
  ('9225219962', 'ИЗМ-0002', 'В', '2030-12-31', null);

-- The office's own words and columns become those of the map here, or in sql.json (`values`), wherever it is easier to read.
create view fishing.licences_for_edno as
  select egn, number, kind, valid_until, fee_paid_on is not null as paid from fishing.licence;

create role edno_reads_fishing login password 'change-me';
grant usage on schema fishing to edno_reads_fishing;
grant select on fishing.licences_for_edno to edno_reads_fishing;
