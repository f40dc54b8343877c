package io.luhproc.procfs;

import java.io.File;

/** Holds the one table of this system, made when it is first asked for. */
final class SystemProcessTable {
  private static final File PROC = new File("/proc");

  static final ProcessTable INSTANCE =
      new File(PROC, "self/stat").exists()
          ? new ProcfsProcessTable(PROC, AuxiliaryVector.read())
          : new ProcessHandleTable();

  private SystemProcessTable() {}
}
