package io.luhproc.process;

import io.luhproc.LuhprocException;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Opens files until it cannot, and says what it then thinks of its parent, who lives. */
final class RunsOutOfDescriptors {
  private RunsOutOfDescriptors() {}

  public static void main(String[] args) throws IOException {
    ProcessTable table = ProcessTable.system();
    ProcessIdentity parent =
        table.identify(ProcessHandle.current().parent().orElseThrow().pid()).orElseThrow();
    System.out.println("before " + look(table, parent));
    List<FileInputStream> open = new ArrayList<>();
    try {
      while (true) {
        open.add(new FileInputStream("/dev/null"));
      }
    } catch (IOException expected) {
      // All are used.
    }
    String then = look(table, parent);
    String gone = look(table, new ProcessIdentity(parent.pid(), 1, "another boot"));
    for (FileInputStream in : open) {
      in.close();
    }
    System.out.println("then " + then);
    System.out.println("gone " + gone);
    System.out.println("after " + look(table, parent));
  }

  private static String look(ProcessTable table, ProcessIdentity who) {
    try {
      return "alive=" + table.isAlive(who);
    } catch (LuhprocException e) {
      return e.getMessage();
    }
  }
}
