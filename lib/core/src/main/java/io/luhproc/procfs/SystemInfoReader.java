package io.luhproc.procfs;

import java.io.File;

/** Holds the one source of details of this system, made when it is first asked. */
public final class SystemInfoReader {
  public static final ProcessInfoReader INSTANCE =
      ProcessTable.system() instanceof ProcfsProcessTable table
          ? new ProcfsInfoReader(new File("/proc"), table, AuxiliaryVector.read())
          : new ProcessHandleInfoReader(ProcessTable.system());

  private SystemInfoReader() {}
}
