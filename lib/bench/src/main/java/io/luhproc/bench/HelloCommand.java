package io.luhproc.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The smallest program with picocli: one command with one option. */
@Command(name = "hello", description = "Says hello.")
final class HelloCommand implements Runnable {
  @Option(names = "--name", description = "Name of the person to greet.")
  private String name = "world";

  private HelloCommand() {}

  /** Runs the command. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new HelloCommand()).execute(args));
  }

  @Override
  public void run() {
    System.out.println("hello " + name);
  }
}
