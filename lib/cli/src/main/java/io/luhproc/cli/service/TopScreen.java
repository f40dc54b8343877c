package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jline.keymap.BindingReader;
import org.jline.keymap.KeyMap;
import org.jline.terminal.Attributes;
import org.jline.terminal.Attributes.ControlChar;
import org.jline.terminal.Size;
import org.jline.terminal.Terminal;
import org.jline.terminal.Terminal.Signal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.Display;
import org.jline.utils.InfoCmp.Capability;
import org.jline.utils.NonBlockingReader;
import org.jline.utils.ShutdownHooks;
import org.jspecify.annotations.Nullable;

/**
 * The terminal in full-screen mode. It is restored by the close, and by a shutdown hook if a signal
 * ends the JVM. Only {@code top} loads this class, and JLine with it.
 */
final class TopScreen implements AutoCloseable {
  private static final long ESCAPE_MILLIS = 100;
  private static final int MIN_COLUMNS = 20;
  private static final int MIN_ROWS = 5;

  private final Terminal terminal;
  private final Attributes original;
  private final Display display;
  private final KeyMap<TopState.Key> keys = new KeyMap<>();
  private final BindingReader reader;
  private final RestoreTask restoreTask;
  private volatile boolean isResized = true;
  // Guarded by this.
  private boolean isRestored;
  private int columns;
  private int rows;

  /** A key that was pressed, and its character if it is text. */
  record KeyPress(TopState.Key key, String text) {}

  /**
   * Restores a screen when the JVM ends. JLine runs such tasks in the order in which they were
   * added, and adds its own, which closes the terminal, when it opens one.
   */
  private static final class RestoreTask implements ShutdownHooks.Task {
    private volatile @Nullable TopScreen screen;

    @Override
    public void run() {
      TopScreen opened = screen;
      if (opened != null) {
        opened.restore();
      }
    }
  }

  private TopScreen(Terminal terminal, RestoreTask restoreTask) {
    this.terminal = terminal;
    this.restoreTask = restoreTask;
    original = terminal.getAttributes();
    display = new Display(terminal, true);
    reader = new BindingReader(terminal.reader());
    bindKeys();
  }

  /**
   * Opens the terminal of this process.
   *
   * @throws LuhprocException if stdin or stdout is none
   */
  static TopScreen open() {
    RestoreTask restoreTask = ShutdownHooks.add(new RestoreTask());
    try {
      // stty(1) instead of a native library: it is silent on every JDK, and nothing is unpacked.
      TopScreen screen =
          new TopScreen(
              TerminalBuilder.builder().system(true).provider("exec").dumb(false).build(),
              restoreTask);
      restoreTask.screen = screen;
      screen.enter();
      return screen;
    } catch (IOException | IllegalStateException e) {
      ShutdownHooks.remove(restoreTask);
      throw new LuhprocException(
          "cannot use the terminal: " + e.getMessage() + "; --once prints the table", e);
    }
  }

  private void enter() {
    Attributes ignored = terminal.enterRawMode();
    Attributes raw = terminal.getAttributes();
    // Ctrl-C ends the program as usual; a stop or a thread dump would leave the screen in disorder.
    raw.setControlChar(ControlChar.VSUSP, 0);
    raw.setControlChar(ControlChar.VQUIT, 0);
    terminal.setAttributes(raw);
    followSize();
    put(Capability.enter_ca_mode, Capability.keypad_xmit, Capability.cursor_invisible);
  }

  private void followSize() {
    Terminal.SignalHandler ignored = terminal.handle(Signal.WINCH, signal -> isResized = true);
  }

  private void bindKeys() {
    keys.setAmbiguousTimeout(ESCAPE_MILLIS);
    keys.setNomatch(TopState.Key.TEXT);
    keys.setUnicode(TopState.Key.TEXT);
    bind(TopState.Key.UP, Capability.key_up, "\033[A", "\033OA");
    bind(TopState.Key.DOWN, Capability.key_down, "\033[B", "\033OB");
    bind(TopState.Key.PAGE_UP, Capability.key_ppage, "\033[5~");
    bind(TopState.Key.PAGE_DOWN, Capability.key_npage, "\033[6~");
    bind(TopState.Key.FIRST, Capability.key_home, "\033[H", "\033OH");
    bind(TopState.Key.LAST, Capability.key_end, "\033[F", "\033OF");
    keys.bind(TopState.Key.BACKSPACE, "\177", "\b");
    keys.bind(TopState.Key.ENTER, "\r", "\n");
    keys.bind(TopState.Key.ESCAPE, "\033");
  }

  /** Binds what terminfo says, and what most terminals send whatever it says. */
  private void bind(TopState.Key key, Capability capability, String... sequences) {
    String ofTerminal = KeyMap.key(terminal, capability);
    if (ofTerminal != null) {
      keys.bind(key, ofTerminal);
    }
    keys.bind(key, sequences);
  }

  /**
   * Waits for a key.
   *
   * @return empty after the timeout
   * @throws LuhprocException if the terminal is closed
   */
  Optional<KeyPress> read(long timeoutMillis) {
    int next = reader.peekCharacter(timeoutMillis);
    if (next == NonBlockingReader.READ_EXPIRED) {
      return Optional.empty();
    }
    TopState.Key key = next < 0 ? null : reader.readBinding(keys);
    if (key == null) {
      throw new LuhprocException("the terminal was closed");
    }
    if (key == TopState.Key.ESCAPE && reader.peekCharacter(1) == '[') {
      skipSequence();
      return Optional.empty();
    }
    String text = key == TopState.Key.TEXT ? String.valueOf(reader.getLastBinding()) : "";
    return Optional.of(new KeyPress(key, text));
  }

  /**
   * Skips a control sequence, see ECMA-48 5.4: an unknown key, or a late answer of the terminal to
   * a question of JLine. Its letters are no commands.
   */
  private void skipSequence() {
    int introducer = reader.readCharacter();
    int next = introducer;
    while (next == introducer || (next >= ' ' && next <= '?')) {
      next = reader.readCharacter();
    }
  }

  /** Takes the size of the terminal if it has changed. */
  void updateSize() {
    if (isResized) {
      isResized = false;
      Size size = terminal.getSize();
      columns = Math.max(MIN_COLUMNS, size.getColumns());
      rows = Math.max(MIN_ROWS, size.getRows());
      display.resize(Size.of(columns, rows));
      display.clear();
    }
  }

  int columns() {
    return columns;
  }

  int rows() {
    return rows;
  }

  /** Shows lines, of which only the changed parts are written. */
  synchronized void draw(List<String> lines) {
    if (!isRestored) {
      display.update(lines.stream().map(AttributedString::fromAnsi).toList(), 0);
      terminal.flush();
    }
  }

  private void put(Capability... capabilities) {
    for (Capability capability : capabilities) {
      boolean ignored = terminal.puts(capability);
    }
    terminal.flush();
  }

  private synchronized void restore() {
    if (!isRestored) {
      isRestored = true;
      put(Capability.exit_ca_mode, Capability.keypad_local, Capability.cursor_normal);
      terminal.setAttributes(original);
    }
  }

  @Override
  public void close() {
    restore();
    try {
      ShutdownHooks.remove(restoreTask);
      terminal.close();
    } catch (IllegalStateException expected) {
      // The JVM ends, and closes it.
    } catch (IOException e) {
      throw new LuhprocException("cannot close the terminal: " + e, e);
    }
  }
}
