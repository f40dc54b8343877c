package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.ResumedEventStream;
import io.luhproc.cli.text.TimeArguments;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.ParseResult;

/**
 * How streams of a command are resumed when the daemon is started again.
 *
 * @param patience how long that is waited for; zero to end with the daemon
 * @param console is told of the first wait
 * @param told whether it was
 */
record Reconnection(Duration patience, Console console, AtomicBoolean told) {
  private static final String RECONNECT = "--reconnect";
  private static final String DEFAULT = "30s";

  static void addOption(ProgramCommand command) {
    command.addValue(
        "TIME",
        "How long to wait for a daemon that has ended to be started again; default "
            + DEFAULT
            + ", 0 to end with it.",
        RECONNECT);
  }

  static Reconnection of(ParseResult parseResult, Console console) {
    String text = ProgramCommand.value(parseResult, RECONNECT, DEFAULT);
    Duration patience = TimeArguments.parseDuration(RECONNECT, text);
    return new Reconnection(patience, console, new AtomicBoolean());
  }

  /** Opens a stream, see {@link ResumedEventStream#open}. */
  ResumedEventStream open(DaemonClient client, String target, String lastEventId) {
    return ResumedEventStream.open(client, target, lastEventId, patience, this::tell);
  }

  /** Several streams are lost at once. */
  private void tell() {
    if (!told.getAndSet(true)) {
      console.printMessage(
          "the daemon has ended; waiting "
              + DurationAndSizeFormat.format(patience)
              + " for it to be started again");
    }
  }
}
