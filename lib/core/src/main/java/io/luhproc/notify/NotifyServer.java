package io.luhproc.notify;

import io.luhproc.LuhprocException;
import io.luhproc.posix.DatagramSocket;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives the messages of processes on one socket, {@code notify.sock} in the directory of the
 * supervisor, and passes them on by the tree that the sender belongs to. Thread-safe.
 *
 * <p>The kernel attests the pid of a sender. A message of a process that belongs to no registered
 * tree, or that has exited before it was received, is dropped: sd_notify(3) has
 * sd_notify_barrier(3) for short-lived senders.
 *
 * <p>The messages of a process that arrive before the last ones were handled are merged, so a flood
 * neither fills the memory nor delays others for long.
 */
public final class NotifyServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NotifyServer.class);
  private static final String FILE_NAME = "notify.sock";
  private static final int MAX_KNOWN_SENDERS = 1_000;

  private final Path path;
  private final SenderResolver resolver;
  private final Map<Path, Registration> registrations = new ConcurrentHashMap<>();
  // Guarded by this.
  private @Nullable DatagramSocket socket;
  private boolean closed;
  // Confined to the thread that receives.
  private final Map<Long, Sender> senders = new HashMap<>();
  private boolean strangerLogged;
  // Whether a tree was registered since a sender was looked for.
  private volatile boolean treesChanged;

  /**
   * A sender that was seen before; its pid may belong to another process now.
   *
   * @param directory the directory of its tree; empty for a stranger
   */
  private record Sender(long startTicks, Optional<Path> directory) {}

  /**
   * Creates a server, which opens its socket when the first process is registered.
   *
   * @param directory the directory of the supervisor, with mode 0700
   */
  public NotifyServer(Path directory, ProcessTable table) {
    this.path = socketIn(directory);
    this.resolver = new SenderResolver(table);
  }

  /** Returns the path of the socket. */
  public static Path socketIn(Path directory) {
    return directory.resolve(FILE_NAME);
  }

  /**
   * Registers the tree of one launch of a process. It replaces an earlier launch in the same
   * directory.
   *
   * @param tree how to recognize its processes
   * @param executor runs the listener, one message at a time
   * @return unregisters it
   * @throws LuhprocException if the socket cannot be opened
   */
  public AutoCloseable register(Tree tree, Executor executor, Consumer<NotifyMessage> listener) {
    open();
    Registration registration = new Registration(tree, executor, listener);
    registrations.put(tree.directory(), registration);
    treesChanged = true;
    return () -> {
      boolean ignored = registrations.remove(tree.directory(), registration);
    };
  }

  /**
   * The tree of one launch.
   *
   * @param directory the process directory
   * @param limitMarker its limit marker, if it has one
   * @param root its root, if it is known; it is found by its markers before
   */
  public record Tree(
      Path directory, Optional<LimitMarker> limitMarker, Optional<ProcessIdentity> root) {}

  private synchronized void open() {
    if (socket != null || closed) {
      return;
    }
    try {
      // A supervisor that was killed has left it; the lock of the directory excludes another one.
      boolean ignored = Files.deleteIfExists(path);
      DatagramSocket opened = DatagramSocket.bind(path);
      socket = opened;
      Threads.daemon("notify", () -> receiveAll(opened)).start();
      Path same = Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
      LOG.debug("receiving on {}", same);
    } catch (IOException e) {
      throw new LuhprocException("cannot receive sd_notify(3) messages: " + e.getMessage(), e);
    }
  }

  private void receiveAll(DatagramSocket opened) {
    try {
      Optional<DatagramSocket.Datagram> next = opened.receive();
      while (next.isPresent()) {
        handle(next.get());
        next = opened.receive();
      }
    } catch (IOException e) {
      LOG.warn("cannot receive sd_notify(3) messages any more", e);
    }
  }

  private void handle(DatagramSocket.Datagram datagram) {
    try {
      Optional<Registration> registration = find(datagram.pid());
      if (registration.isEmpty()) {
        logStranger(datagram.pid());
      } else if (datagram.isCut() || datagram.text().indexOf('\0') >= 0) {
        registration.get().refuse("it is longer than 4 KiB or contains NUL");
      } else {
        registration.get().offer(NotifyMessage.parse(datagram.text()));
      }
    } catch (RuntimeException e) {
      LOG.warn("cannot handle a message of process {}", datagram.pid(), e);
    }
  }

  private void logStranger(long pid) {
    if (!strangerLogged) {
      strangerLogged = true;
      LOG.warn(
          "a message of process {} is dropped, and later ones of this kind: it has exited, or is"
              + " in no process tree that reports its readiness",
          pid);
    }
  }

  private Optional<Registration> find(long pid) {
    Optional<ProcessStat> process = resolver.find(pid);
    if (process.isEmpty()) {
      return Optional.empty();
    }
    if (treesChanged || senders.size() >= MAX_KNOWN_SENDERS) {
      treesChanged = false;
      senders.clear();
    }
    Sender known = senders.get(pid);
    if (known == null || known.startTicks() != process.get().startTicks()) {
      known = new Sender(process.get().startTicks(), resolver.resolve(process.get(), trees()));
      senders.put(pid, known);
    }
    return known.directory().map(registrations::get);
  }

  private Map<Path, Tree> trees() {
    Map<Path, Tree> trees = new HashMap<>();
    registrations.forEach((directory, registration) -> trees.put(directory, registration.tree));
    return trees;
  }

  /** Closes the socket and deletes its file. */
  @Override
  public synchronized void close() {
    closed = true;
    registrations.clear();
    DatagramSocket opened = socket;
    if (opened != null) {
      socket = null;
      opened.close();
      try {
        boolean ignored = Files.deleteIfExists(path);
      } catch (IOException e) {
        LOG.warn("cannot delete {}", path, e);
      }
    }
  }

  /** One launch, with the messages that its listener has not handled yet. */
  private static final class Registration {
    private final Tree tree;
    private final Executor executor;
    private final Consumer<NotifyMessage> listener;
    private boolean refusalLogged;
    // Guarded by this.
    private Optional<NotifyMessage> pending = Optional.empty();

    Registration(Tree tree, Executor executor, Consumer<NotifyMessage> listener) {
      this.tree = tree;
      this.executor = executor;
      this.listener = listener;
    }

    void refuse(String reason) {
      if (!refusalLogged) {
        refusalLogged = true;
        LOG.warn("a message of {} is refused: {}", tree.directory(), reason);
      }
    }

    void offer(NotifyMessage message) {
      boolean first;
      synchronized (this) {
        first = pending.isEmpty();
        pending = Optional.of(pending.map(it -> it.merge(message)).orElse(message));
      }
      if (first) {
        executor.execute(() -> listener.accept(take()));
      }
    }

    private synchronized NotifyMessage take() {
      NotifyMessage taken = pending.orElse(NotifyMessage.EMPTY);
      pending = Optional.empty();
      return taken;
    }
  }
}
