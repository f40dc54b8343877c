package io.luhproc.procfs;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Prints whether its live parent is alive before, during and after a lack of descriptors. */
final class ExhaustsFileDescriptors {
  private ExhaustsFileDescriptors() {}

  public static void main(String[] args) throws IOException {
    ProcessTable table = ProcessTable.system();
    ProcessIdentity parent =
        table.identify(ProcessHandle.current().parent().orElseThrow().pid()).orElseThrow();
    System.out.println("before " + aliveOrError(table, parent));
    List<FileInputStream> open = new ArrayList<>();
    try {
      while (true) {
        open.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException expected) {
      // No descriptor is free.
    }
    String exhausted = aliveOrError(table, parent);
    String otherBoot = aliveOrError(table, new ProcessIdentity(parent.pid(), 1, "another boot"));
    for (FileInputStream in : open) {
      in.close();
    }
    System.out.println("then " + exhausted);
    System.out.println("gone " + otherBoot);
    System.out.println("after " + aliveOrError(table, parent));
  }

  private static String aliveOrError(ProcessTable table, ProcessIdentity identity) {
    try {
      return "alive=" + table.isAlive(identity);
    } catch (LuhprocException e) {
      return e.getMessage();
    }
  }
}
