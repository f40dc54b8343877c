package io.luhproc.process;

import java.io.File;

/** Holds the one table of this system, made when it is first asked for. */
final class SystemTable {
  private static final File PROC = new File("/proc");

  static final ProcessTable TABLE =
      new File(PROC, "self/stat").exists()
          ? new ProcTable(PROC, AuxiliaryVector.read())
          : new HandleProcessTable();

  private SystemTable() {}
}
