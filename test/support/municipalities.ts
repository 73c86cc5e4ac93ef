/** Eight consumers of the shipped parties. */
export const MUNICIPALITIES: readonly string[] = [
  'troyan',
  'bansko',
  'chelopech',
  'dolna-mitropolia',
  'kazanlak',
  'ruse',
  'vidin',
  'targovishte',
]
