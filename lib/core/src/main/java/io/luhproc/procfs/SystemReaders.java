package io.luhproc.procfs;

import java.io.File;

/** Holds the readers of this system. Each is created on first use. */
final class SystemReaders {
  private static final File PROC = new File("/proc");

  private SystemReaders() {}

  /** Holder of {@link ProcessTable#system()}. */
  static final class Table {
    static final ProcessTable INSTANCE =
        new File(PROC, "self/stat").exists()
            ? new ProcfsProcessTable(PROC, AuxiliaryVector.read())
            : new ProcessHandleTable();

    private Table() {}
  }

  /** Holder of {@link ProcessInfoReader#system()}. */
  static final class InfoReader {
    static final ProcessInfoReader INSTANCE =
        Table.INSTANCE instanceof ProcfsProcessTable table
            ? new ProcfsInfoReader(PROC, table, AuxiliaryVector.read())
            : new ProcessHandleInfoReader(Table.INSTANCE);

    private InfoReader() {}
  }
}
