package io.luhproc.worker;

import io.luhproc.DirectoryRefusedException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;

/** Whether a directory is this app's: two apps without a name can meet in one. */
final class AppOwnershipCheck {
  private final AppProgram program;

  AppOwnershipCheck(AppProgram program) {
    this.program = program;
  }

  boolean belongsToApp(ProcessRecord record) {
    return record.key().app().isPresent() || record.program().equals(program.name());
  }

  /**
   * Checks that a directory that is described is the one of a key, and ours.
   *
   * @throws DirectoryRefusedException when it is not; nothing was changed or signalled
   */
  void check(ProcessDirectory directory, ProcessRecord record, ProcessKey key) {
    if (!record.key().equals(key)) {
      throw new DirectoryRefusedException(
          directory.path(),
          directory
              + " describes "
              + record.key()
              + " but is the directory of "
              + key
              + "; it was copied or renamed by hand: remove it");
    }
    if (!belongsToApp(record)) {
      throw new DirectoryRefusedException(
          directory.path(),
          directory
              + " belongs to another app, "
              + record.program()
              + ", which has the same"
              + " task and id "
              + key
              + " as this one, "
              + program.name()
              + "; give each app a name with ProcessManager.builder().app(..)");
    }
  }
}
