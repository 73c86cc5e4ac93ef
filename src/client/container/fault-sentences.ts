import type { ContainerFaultKind } from '../../evidence/container-fault.ts'
import type { LocalisedText } from '../../model/localised.ts'

/** Why a file is no container of evidence that can be read. */
export const FAULT_SENTENCES: Readonly<Record<ContainerFaultKind, LocalisedText>> = {
  form: {
    bg: 'Файлът НЕ е цял архив, или е сглобен така, че различни програми биха го чели различно.',
    en: 'The file is NOT a whole archive, or is put together so that programs would read it differently.',
  },
  beside: {
    bg: 'В архива има нещо извън файловете му (коментар или байтове между тях), което никой не е подписал; архивът не е прочетен.',
    en: 'The archive holds something besides its files (a comment, or bytes between them) that nobody signed; it was not read.',
  },
  'too-large': {
    bg: 'Архивът е по-голям от всяко доказателство и не е прочетен.',
    en: 'The archive is larger than any evidence and was not read.',
  },
  name: {
    bg: 'Име на файл в архива води другаде или стои два пъти; архивът не е прочетен.',
    en: 'A file name in the archive leads elsewhere or stands twice; the archive was not read.',
  },
  mimetype: {
    bg: 'Архивът НЕ е контейнер ASiC-E: първият му файл не е mimetype, записан без компресия.',
    en: 'The archive is NOT an ASiC-E container: its first file is not mimetype, stored as it is.',
  },
}
