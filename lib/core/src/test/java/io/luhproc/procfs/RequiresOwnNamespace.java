package io.luhproc.procfs;

import io.luhproc.LuhprocException;

/** Prints the refusal of a process table of another pid namespace. */
final class RequiresOwnNamespace {
  private RequiresOwnNamespace() {}

  public static void main(String[] args) {
    ProcessTable table = ProcessTable.system();
    System.out.println("has a pid counter: " + table.pidCounter().isPresent());
    try {
      table.requireOwnNamespace("start it");
    } catch (LuhprocException e) {
      System.out.println(e.getMessage());
    }
  }
}
