package io.luhproc.process;

import java.io.File;

/** Holds the one source of details of this system, made when it is first asked. */
final class SystemDetails {
  static final ProcessDetails DETAILS =
      ProcessTable.system() instanceof ProcTable table
          ? new ProcDetails(new File("/proc"), table, AuxiliaryVector.read())
          : new HandleDetails(ProcessTable.system());

  private SystemDetails() {}
}
