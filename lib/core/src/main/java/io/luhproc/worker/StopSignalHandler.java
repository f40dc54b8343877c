package io.luhproc.worker;

import io.luhproc.process.Signal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import sun.misc.SignalHandler;

/**
 * Handles SIGTERM, SIGINT and SIGHUP in place of the JVM.
 *
 * <p>A shutdown hook would not do: there the JVM exits with code 143 already, but a task that
 * returns in time exits with 0. {@code sun.misc.Signal} is exported by jdk.unsupported for lack of
 * a replacement (JEP 260) and needs no native library.
 */
final class StopSignalHandler implements AutoCloseable, SignalHandler {
  private static final Signal[] STOP_SIGNALS = {Signal.TERM, Signal.INT, Signal.HUP};

  private final Consumer<Signal> listener;
  private final Map<Signal, SignalHandler> previousHandlers = new LinkedHashMap<>();

  private StopSignalHandler(Consumer<Signal> listener) {
    this.listener = listener;
  }

  /**
   * Installs the handler until it is closed. A signal that this process was started to ignore stays
   * ignored, such as HUP by nohup(1), or INT in a background job of a shell: the JVM refuses to
   * handle it.
   *
   * @param listener receives each signal, on a thread of the JVM
   */
  static StopSignalHandler install(Consumer<Signal> listener) {
    StopSignalHandler handler = new StopSignalHandler(listener);
    for (Signal signal : STOP_SIGNALS) {
      handler.replaceHandler(signal);
    }
    return handler;
  }

  private void replaceHandler(Signal signal) {
    try {
      SignalHandler previous = sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), this);
      previousHandlers.put(signal, previous);
    } catch (IllegalArgumentException ignored) {
      // A JVM with -Xrs cannot handle signals. Their default action also ends the process.
    }
  }

  @Override
  public void handle(sun.misc.Signal signal) {
    listener.accept(Signal.valueOf(signal.getName()));
  }

  /** Restores the previous handlers. */
  @Override
  public void close() {
    previousHandlers.forEach(
        (signal, previous) -> sun.misc.Signal.handle(new sun.misc.Signal(signal.name()), previous));
    previousHandlers.clear();
  }
}
