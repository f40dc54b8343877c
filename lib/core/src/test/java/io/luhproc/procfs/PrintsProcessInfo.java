package io.luhproc.procfs;

import io.luhproc.process.ProcessInfo;

/** Prints the details of a process, one per line. */
final class PrintsProcessInfo {
  private PrintsProcessInfo() {}

  public static void main(String[] arguments) {
    long pid = Long.parseLong(arguments[0]);
    ProcessInfo info = ProcessInfoReader.system().read(pid).orElseThrow();
    System.out.println("parent " + info.stat().parentPid());
    System.out.println("io " + info.io());
    System.out.println("user " + info.userId());
    System.out.println("words " + info.commandLine().size());
    System.out.println("pss " + ProcessInfoReader.system().pssBytes(pid));
    System.out.println("rss " + (info.rssBytes().orElse(0) > 0));
  }
}
