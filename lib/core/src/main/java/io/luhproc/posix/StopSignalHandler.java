package io.luhproc.posix;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Handles SIGTERM, SIGINT and SIGHUP in place of the JVM.
 *
 * <p>A shutdown hook would not do: there the JVM exits with code 143 already, but a task that
 * returns in time exits with 0. {@code sun.misc.Signal} is exported by jdk.unsupported for lack of
 * a replacement (JEP 260) and needs no native library, so this class does not load jnr.
 */
public final class StopSignalHandler implements AutoCloseable, SignalHandler {
  private static final List<String> STOP_SIGNALS = List.of("TERM", "INT", "HUP");

  private final Consumer<String> listener;
  private final Map<Signal, SignalHandler> previousHandlers = new LinkedHashMap<>();

  private StopSignalHandler(Consumer<String> listener) {
    this.listener = listener;
  }

  /**
   * Installs the handler until it is closed. A signal that this process was started to ignore stays
   * ignored, such as HUP by nohup(1), or INT in a background job of a shell: the JVM refuses to
   * handle it.
   *
   * @param listener receives the name of each signal, such as {@code TERM}, on a thread of the JVM
   */
  public static StopSignalHandler install(Consumer<String> listener) {
    StopSignalHandler handler = new StopSignalHandler(listener);
    for (String name : STOP_SIGNALS) {
      handler.replaceHandler(new Signal(name));
    }
    return handler;
  }

  private void replaceHandler(Signal signal) {
    try {
      previousHandlers.put(signal, Signal.handle(signal, this));
    } catch (IllegalArgumentException ignored) {
      // A JVM with -Xrs cannot handle signals. Their default action also ends the process.
    }
  }

  @Override
  public void handle(Signal signal) {
    listener.accept(signal.getName());
  }

  /** Restores the previous handlers. */
  @Override
  public void close() {
    previousHandlers.forEach(Signal::handle);
    previousHandlers.clear();
  }
}
