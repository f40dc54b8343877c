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
final class StopSignals implements AutoCloseable, SignalHandler {
  private static final Signal[] ASKING = {Signal.TERM, Signal.INT, Signal.HUP};

  private final boolean obeyIgnored;
  private final Consumer<Signal> handler;
  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();

  private StopSignals(boolean obeyIgnored, Consumer<Signal> handler) {
    this.obeyIgnored = obeyIgnored;
    this.handler = handler;
  }

  /**
   * Calls {@code handler}, on a thread of the JVM's, for each signal until this is closed.
   *
   * @param obeyIgnored whether a signal stays ignored that this process was started to ignore, as
   *     nohup(1) does with HUP and a shell with the INT of a background job
   */
  static StopSignals install(boolean obeyIgnored, Consumer<Signal> handler) {
    StopSignals signals = new StopSignals(obeyIgnored, handler);
    for (Signal signal : ASKING) {
      signals.take(signal);
    }
    return signals;
  }

  private void take(Signal signal) {
    try {
      SignalHandler old = sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), this);
      if (obeyIgnored && SignalHandler.SIG_IGN.equals(old)) {
        sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), old);
      } else {
        before.put(signal, old);
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
    before.forEach(
        (signal, old) -> sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), old));
    before.clear();
  }
}
