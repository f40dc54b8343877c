package io.luhproc.health.monitor;

import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.ProcessTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the process that listens on a port of this machine belongs to the monitored one.
 *
 * <p>A server that could not bind its port would otherwise pass for healthy while another one
 * answers. The owner of a socket has its inode among {@code /proc/PID/fd}. This user may not see
 * the descriptors of others; what is not visible is not held against the monitored process.
 *
 * <p>Looking through all processes is expensive, so the answer is kept until {@link #forget()}.
 */
final class ListenerOwnership {
  private static final Path PROC = Path.of("/proc");
  private static final int MAX_GENERATIONS = 100;

  /**
   * Programs that hold a port on behalf of a container or a socket unit. The process behind the
   * port is not visible here.
   */
  private static final Set<String> FORWARDERS =
      Set.of(
          "docker-proxy",
          "rootlessport",
          "rootlesskit",
          "slirp4netns",
          "pasta",
          "pasta.avx2",
          "conmon",
          "systemd");

  private final ProcessTable table;
  private final ProcessIdentity root;
  private final Path directory;
  private final Set<InetSocketAddress> accepted = ConcurrentHashMap.newKeySet();

  /**
   * Creates an instance for one process.
   *
   * @param root the monitored process
   * @param directory its process directory
   */
  ListenerOwnership(ProcessTable table, ProcessIdentity root, Path directory) {
    this.table = table;
    this.root = root;
    this.directory = directory;
  }

  /** See {@link io.luhproc.health.CheckContext#foreignListener}. */
  Optional<String> foreignListener(InetSocketAddress address) {
    if (accepted.contains(address)) {
      return Optional.empty();
    }
    Optional<String> foreign;
    try {
      foreign = isLocal(address.getAddress()) ? findForeign(address) : Optional.empty();
    } catch (AccessDeniedException | NoSuchFileException expected) {
      foreign = Optional.empty(); // another user, or no /proc
    } catch (IOException expected) {
      return Optional.empty(); // no descriptor is free: look again at the next check
    }
    if (foreign.isEmpty()) {
      boolean ignored = accepted.add(address);
    }
    return foreign;
  }

  /** Forgets which addresses were accepted. */
  void forget() {
    accepted.clear();
  }

  private static boolean isLocal(InetAddress address) throws IOException {
    return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
  }

  private Optional<String> findForeign(InetSocketAddress address) throws IOException {
    Set<String> links = new HashSet<>();
    for (String inode : new ListeningSockets(PROC.resolve("self/net")).inodes(address)) {
      boolean ignored = links.add("socket:[" + inode + "]");
    }
    // Throws if the descriptors of the monitored process are not visible.
    if (links.isEmpty() || holdsAny(root.pid(), links)) {
      return Optional.empty();
    }
    @Nullable ProcessStat foreign = null;
    for (long pid : table.pids()) {
      Optional<ProcessStat> holder = isHolder(pid, links) ? table.find(pid) : Optional.empty();
      if (holder.isPresent()) {
        if (belongs(holder.get()) || FORWARDERS.contains(holder.get().name())) {
          return Optional.empty();
        }
        foreign = holder.get();
      }
    }
    return Optional.ofNullable(foreign).map(it -> it.pid() + " (" + it.name() + ")");
  }

  private static boolean isHolder(long pid, Set<String> links) {
    try {
      return holdsAny(pid, links);
    } catch (IOException expected) {
      return false; // it has exited, or belongs to another user
    }
  }

  private static boolean holdsAny(long pid, Set<String> links) throws IOException {
    try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
      for (Path descriptor : descriptors) {
        if (links.contains(target(descriptor))) {
          return true;
        }
      }
      return false;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException expected) {
      return ""; // it was closed
    }
  }

  /** Returns whether a process is in the tree of the monitored one, by any of its marks. */
  private boolean belongs(ProcessStat process) {
    return process.sessionId() == root.pid()
        || process.processGroupId() == root.pid()
        || descends(process)
        || table
            .environmentVariable(process.pid(), EnvironmentNames.DIRECTORY)
            .filter(it -> it.equals(directory.toString()))
            .isPresent()
        || hasSameLimitMarker(process);
  }

  private boolean hasSameLimitMarker(ProcessStat process) {
    Optional<LimitMarker> marker = table.limitMarker(root.pid());
    return marker.isPresent() && marker.equals(table.limitMarker(process.pid()));
  }

  private boolean descends(ProcessStat process) {
    Optional<ProcessStat> ancestor = Optional.of(process);
    for (int i = 0; i < MAX_GENERATIONS && ancestor.isPresent(); i++) {
      long parent = ancestor.get().parentPid();
      if (parent == root.pid()) {
        return true;
      }
      ancestor = ProcessIdentity.isValidPid(parent) ? table.find(parent) : Optional.empty();
    }
    return false;
  }
}
