package io.luhproc.worker;

import io.luhproc.process.Signal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import sun.misc.SignalHandler;

/**
 * Turns SIGTERM, SIGINT and SIGHUP into a call, instead of the JVM's own handling of them.
 *
 * <p>Why not a shutdown hook: in a hook the JVM is leaving already, with exit code 143; a task that
 * returns in time is to end with 0. {@code sun.misc.Signal} is exported by jdk.unsupported for lack
 * of a replacement (JEP 260) and needs no native library.
 */
final class StopSignalHandler implements AutoCloseable, SignalHandler {
  private static final Signal[] STOP_SIGNALS = {Signal.TERM, Signal.INT, Signal.HUP};

  private final boolean keepIgnored;
  private final Consumer<Signal> handler;
  private final Map<Signal, SignalHandler> previousHandlers = new LinkedHashMap<>();

  private StopSignalHandler(boolean keepIgnored, Consumer<Signal> handler) {
    this.keepIgnored = keepIgnored;
    this.handler = handler;
  }

  /**
   * Calls {@code handler}, on a thread of the JVM's, for each signal until this is closed.
   *
   * @param keepIgnored whether a signal stays ignored that this process was started to ignore, as
   *     nohup(1) does with HUP and a shell with the INT of a background job
   */
  static StopSignalHandler install(boolean keepIgnored, Consumer<Signal> handler) {
    StopSignalHandler handlers = new StopSignalHandler(keepIgnored, handler);
    for (Signal signal : STOP_SIGNALS) {
      handlers.replaceHandler(signal);
    }
    return handlers;
  }

  private void replaceHandler(Signal signal) {
    try {
      SignalHandler previous = sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), this);
      if (keepIgnored && SignalHandler.SIG_IGN.equals(previous)) {
        sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), previous);
      } else {
        previousHandlers.put(signal, previous);
      }
    } catch (IllegalArgumentException ignored) {
      // A JVM with -Xrs leaves signals to the system, whose default ends the process: also a stop.
    }
  }

  /** Hears of a signal, on a thread of the JVM's. */
  @Override
  public void handle(sun.misc.Signal signal) {
    handler.accept(Signal.valueOf(signal.getName()));
  }

  /** Gives the signals back to whoever handled them before. */
  @Override
  public void close() {
    previousHandlers.forEach(
        (signal, previous) -> sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), previous));
    previousHandlers.clear();
  }
}
