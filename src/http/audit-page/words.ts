import type { LocalisedText } from '../../model/localised.ts'
import type { LogSince } from '../../model/log-since.ts'
import type { Mark } from '../../model/judged-evidence.ts'
import type { FilterName } from './address.ts'

/** The sentences of the page. `{}` takes the values in order. */
export const WORDS = {
  title: { bg: 'Одит на обмените', en: 'Audit of exchanges' },
  skip: { bg: 'Към съдържанието', en: 'Skip to the content' },
  otherLanguage: { bg: 'In English', en: 'На български' },
  allExchanges: { bg: 'Обмени', en: 'Exchanges' },
  seen: {
    bg: 'Само за четене. Всяко отваряне на списък, обмен или доказателство е запис в дневника.',
    en: 'Read only. Opening a list, an exchange or evidence is each an entry of the log.',
  },
  times: { bg: 'Часовете са по Европа/София.', en: 'Times are those of Europe/Sofia.' },
  filter: { bg: 'Търсене', en: 'Search' },
  any: { bg: 'всички', en: 'any' },
  show: { bg: 'Покажи', en: 'Show' },
  clear: { bg: 'Изчисти', en: 'Clear' },
  failedOnly: { bg: 'Само неуспехи', en: 'Failed only' },
  failedToo: { bg: 'Не само неуспехи', en: 'Not only failed' },
  period: {
    bg: 'Изберете период, за да видите обмените в него.',
    en: 'Choose a period to see its exchanges.',
  },
  caseHint: {
    bg: 'Номер на преписка, никога име или ЕГН.',
    en: 'The number of a case, never a name or a person’s number.',
  },
  byOfficial: { bg: 'По служител', en: 'By official' },
  officialHint: {
    bg: 'Идентификаторът не се пази и не стои в адреса: списъкът се търси по знака му.',
    en: 'The identifier is not kept and stands in no address: lists are searched by its mark.',
  },
  identifier: { bg: 'Идентификатор на служителя', en: 'Identifier of the official' },
  find: { bg: 'Намери', en: 'Find' },
  count: { bg: 'Намерени обмени: {}', en: 'Exchanges found: {}' },
  moreThan: { bg: 'повече от {}', en: 'more than {}' },
  furtherPage: { bg: 'Следваща страница от списъка', en: 'A further page of the list' },
  none: { bg: 'Няма такива обмени.', en: 'There are no such exchanges.' },
  nextPage: { bg: 'По-стари →', en: 'Older →' },
  firstPage: { bg: '⇤ От началото', en: '⇤ From the newest' },
  table: { bg: 'Целият списък като таблица (CSV)', en: 'The whole list as a table (CSV)' },
  received: { bg: 'Получено', en: 'Received' },
  closed: { bg: 'Приключено', en: 'Closed' },
  took: { bg: 'за {}', en: 'in {}' },
  exchange: { bg: 'Обмен', en: 'Exchange' },
  answer: { bg: 'Отговор', en: 'Answer' },
  calls: { bg: 'Справки', en: 'Calls' },
  open: { bg: 'Отвори', en: 'Open' },
  backToList: { bg: '← Към списъка', en: '← To the list' },
  newer: { bg: '← По-нов', en: '← Newer' },
  older: { bg: 'По-стар →', en: 'Older →' },
  neighbours: { bg: 'Съседни обмени в търсенето', en: 'Beside it in the search' },
  verify: { bg: 'Провери доказателствата', en: 'Verify the evidence' },
  download: { bg: 'Изтегли доказателствата (ASiC-E)', en: 'Download the evidence (ASiC-E)' },
  behalf: { bg: 'От името на', en: 'On behalf of' },
  signer: { bg: 'Сертификат на подписа', en: 'Certificate of the signature' },
  grant: { bg: 'Разрешение', en: 'Grant' },
  agreements: { bg: 'Споразумения', en: 'Agreements' },
  decision: { bg: 'Решение (SHA-256)', en: 'Decision (SHA-256)' },
  deadline: { bg: 'Краен срок', en: 'Deadline' },
  keptUntil: { bg: 'Пази се до', en: 'Kept until' },
  content: { bg: 'Съдържание', en: 'Content' },
  erased: { bg: 'заличено по разпореждане', en: 'erased on order' },
  deleted: { bg: 'изтрито, срокът му е изтекъл', en: 'deleted, its time is over' },
  hiddenUntil: { bg: 'Скрито от лицата до', en: 'Hidden from persons until' },
  cancelled: { bg: 'Оттеглено от', en: 'Taken back by' },
  course: { bg: 'Ход на обмена', en: 'Course of the exchange' },
  courseHint: {
    bg: 'Едно заявление, справките му и опитите на всяка. Лентите показват времето от получаването; цялата ширина е {}.',
    en: 'One application, its calls and their attempts. Bars show the time since reception; the whole width is {}.',
  },
  step: { bg: 'Стъпка', en: 'Step' },
  when: { bg: 'Време', en: 'Time' },
  begins: { bg: 'Начало', en: 'Begin' },
  lasts: { bg: 'Трае', en: 'Took' },
  result: { bg: 'Изход', en: 'Outcome' },
  application: { bg: 'Заявление', en: 'Application' },
  attempt: { bg: 'опит {}', en: 'attempt {}' },
  ok: { bg: 'отговор', en: 'answered' },
  notAsked: { bg: 'не е питан', en: 'not asked' },
  running: { bg: 'тече', en: 'running' },
  forEach: { bg: 'за всеки поотделно', en: 'for each by itself' },
  optional: { bg: 'незадължителна', en: 'optional' },
  fields: { bg: 'Разрешени полета', en: 'Fields allowed' },
  checksOnly: { bg: 'само проверки', en: 'checks only' },
  entries: { bg: 'Записи в дневника', en: 'Entries of the log' },
  place: { bg: 'Място', en: 'Place' },
  event: { bg: 'Събитие', en: 'Event' },
  leaf: { bg: 'Хеш на листа', en: 'Leaf hash' },
  notPlaced: { bg: 'още без място', en: 'no place yet' },
  incidents: { bg: 'Инциденти', en: 'Incidents' },
  incident: { bg: '{}: {} ({}), {}', en: '{}: {} ({}), {}' },
  supplement: { bg: 'допълнение {}', en: 'supplement {}' },
  verification: { bg: 'Какво показват доказателствата', en: 'What the evidence shows' },
  dispute: { bg: 'Трите въпроса на един спор', en: 'The three questions of a dispute' },
  findings: { bg: 'Какво е проверено', en: 'What was looked into' },
  ownJudge: {
    bg: 'Така съди самият edno. За да не се осланяте на него, изтеглете файла и изпълнете у вас: npx edno verify {} --trust FILE; или unzip, openssl и xmlsec1, както казва README във файла.',
    en: 'So edno itself judges. To rely on it for nothing, download the file and run on your side: npx edno verify {} --trust FILE; or unzip, openssl and xmlsec1, as the README in the file says.',
  },
  backToExchange: { bg: '← Към обмена', en: '← To the exchange' },
  problem: { bg: 'Не може', en: 'Refused' },
  whatToDo: { bg: 'Какво да направите', en: 'What to do' },
  openAnyway: { bg: 'Отворете този адрес оттук', en: 'Open this address from here' },
  noCertificate: {
    bg: 'Нямате сертификат в браузъра? На машината с ключовете: npx edno audit open --party ВАШИЯТ-УЧАСТНИК.',
    en: 'No certificate in the browser? On the machine that has the keys: npx edno audit open --party YOUR-PARTY.',
  },
} as const satisfies Record<string, LocalisedText>

export const FILTER_WORDS: Readonly<Record<FilterName, LocalisedText>> = {
  from: { bg: 'От (ден)', en: 'From (day)' },
  to: { bg: 'До (ден, включително)', en: 'To (day, included)' },
  consumer: { bg: 'Администрация', en: 'Administration' },
  service: { bg: 'Услуга', en: 'Service' },
  registry: { bg: 'Регистър', en: 'Registry' },
  official: { bg: 'Служител (знак)', en: 'Official (mark)' },
  outcome: { bg: 'Изход на справка', en: 'Outcome of a call' },
  status: { bg: 'Отговор', en: 'Answer' },
  case: { bg: 'Преписка', en: 'Case' },
  legalBasis: { bg: 'Правно основание', en: 'Legal basis' },
  id: { bg: 'Номер на обмен', en: 'Exchange id' },
}

export const STATE_WORDS = {
  running: { bg: 'тече', en: 'running' },
  deferred: { bg: 'отложен', en: 'deferred' },
  closed: { bg: '–', en: '–' },
} as const satisfies Record<string, LocalisedText>

export const MARK_WORDS: Readonly<Record<Mark, LocalisedText>> = {
  holds: { bg: 'вярно', en: 'holds' },
  fails: { bg: 'НЕ е вярно', en: 'does NOT hold' },
  unknown: { bg: 'не може да се знае', en: 'cannot be known' },
}

type Broken = Extract<LogSince, { readonly whole: 'no' }>['why']

export const WHOLE_WORDS = {
  question: { bg: 'Дневникът цял ли е от последното ви посещение?', en: 'Is the log whole since your last visit?' },
  yes: { bg: 'Да', en: 'Yes' },
  no: { bg: 'НЕ', en: 'NO' },
  grown: {
    bg: 'От {} насам: {} записа тогава, {} сега; днешният дневник продължава тогавашния (доказано).',
    en: 'Since {}: {} entries then, {} now; the log of today continues that one (proven).',
  },
  first: {
    bg: 'Първо посещение с този браузър: главата с {} записа е запомнена и следващия път ще се сравни.',
    en: 'First visit with this browser: the head of {} entries is remembered and will be compared the next time.',
  },
  advice: {
    bg: 'Запазеното от браузъра ви остава. Не се осланяйте на този дневник: сравнете го с изнесено копие (npx edno log verify) и със свидетел.',
    en: 'What your browser kept stays. Do not rely on this log: compare it with an exported copy (npx edno log verify) and with a witness.',
  },
} as const satisfies Record<string, LocalisedText>

export const BROKEN_WORDS: Readonly<Record<Broken, LocalisedText>> = {
  shorter: {
    bg: 'Записите са били {}, а сега са по-малко: дневникът е скъсен.',
    en: 'There were {} entries and now there are fewer: the log was cut.',
  },
  changed: {
    bg: 'Днешният дневник НЕ продължава онзи с {} записа: историята е сменена.',
    en: 'The log of today does NOT continue the one of {} entries: its history was replaced.',
  },
  foreign: {
    bg: 'Главата, която браузърът ви пази, не е подписана с ключа на този дневник: дневник или ключ са сменени.',
    en: 'The head that your browser kept was not signed by this log’s key: the log or its key was replaced.',
  },
  damaged: {
    bg: 'Последната глава на дневника не е това, което ключът му е подписал.',
    en: 'The newest head of the log is not what its key signed.',
  },
}
