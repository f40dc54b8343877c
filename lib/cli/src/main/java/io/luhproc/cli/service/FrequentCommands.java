package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.Reply;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.daemon.StateDirectory;
import io.luhproc.time.Threads;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/**
 * Runs {@code status} and {@code ps} without arguments, which prompts and scripts call often,
 * without picocli: its classes take half of the time, and are too old for a class archive.
 */
final class FrequentCommands {
  private static final String PS = "ps";
  private static final String STATUS = "status";

  private FrequentCommands() {}

  /**
   * Runs a command.
   *
   * @return its exit code; empty if it is another command, or if it failed and printed nothing
   */
  static OptionalInt execute(String... args) {
    boolean isFrequent = args.length == 1 && (args[0].equals(PS) || args[0].equals(STATUS));
    if (!isFrequent) {
      return OptionalInt.empty();
    }
    Threads.daemon("classes", new ClassLoading()).start();
    List<ServiceView> services;
    try {
      Path config = ConfigFile.find("", Path.of(""), System.getenv());
      StateDirectory state = StateDirectory.of(config, System.getenv());
      services = new DaemonClient(state.config(), state.socket()).services();
    } catch (RuntimeException expected) {
      // The command tries again and reports it.
      return OptionalInt.empty();
    }
    return OptionalInt.of(print(args[0], services));
  }

  /**
   * Loads the classes that read the answer while the request waits for the daemon: a cold JVM takes
   * 10 ms for either. Not a lambda, which would be slower.
   */
  private static final class ClassLoading implements Runnable {
    @Override
    public void run() {
      List<ServiceView> ignored = DaemonClient.services(new Reply(200, ArchiveTraining.SERVICES));
    }
  }

  private static int print(String command, List<ServiceView> services) {
    Console console = Console.ofStandardStreams(Luhproc.NAME);
    int code = ExitCode.SUCCESS.code();
    if (command.equals(PS)) {
      ServiceText.printProcesses(services, console);
    } else {
      ServiceText.printServices(services, console);
      code = StatusCode.of(services, true).code();
    }
    return console.finish(code);
  }
}
