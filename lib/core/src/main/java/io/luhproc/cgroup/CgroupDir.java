package io.luhproc.cgroup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * The directory of one group in one hierarchy, and the files that the kernel shows in it.
 *
 * @param version the interface that its files have
 * @param path the directory
 * @param controllers what can be limited in it: {@code memory}, {@code cpu}, {@code pids}, ...
 */
record CgroupDir(CgroupVersion version, Path path, Set<String> controllers) {
  static final String PROCS_FILE = "cgroup.procs";

  /** Returns the directory of a group in this one, with the same controllers. */
  CgroupDir child(String name) {
    return new CgroupDir(version, path.resolve(name), controllers);
  }

  boolean hasFile(String file) {
    return Files.exists(path.resolve(file));
  }

  String read(String file) throws IOException {
    return new String(Files.readAllBytes(path.resolve(file)), StandardCharsets.UTF_8).strip();
  }

  /** Returns the lines of a file; none where the group or the file is not there. */
  List<String> lines(String file) throws IOException {
    try {
      return read(file).lines().toList();
    } catch (IOException e) {
      if (isGone(e)) {
        return List.of();
      }
      throw e;
    }
  }

  /** Writes by one write(2), as the kernel wants it, into a file that must be there. */
  void write(String file, String value) throws IOException {
    Path target = path.resolve(file);
    try {
      Files.write(
          target,
          value.getBytes(StandardCharsets.UTF_8),
          StandardOpenOption.WRITE,
          StandardOpenOption.TRUNCATE_EXISTING);
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException("cannot write " + value + " to " + target + ": " + reason(e), e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileSystemException file && file.getReason() != null
        ? file.getReason()
        : e instanceof AccessDeniedException ? "permission denied" : String.valueOf(e.getMessage());
  }

  /** Returns the number in a file; nothing where there is none: {@code max}, or no file. */
  OptionalLong number(String file) throws IOException {
    List<String> lines = lines(file);
    return lines.isEmpty() ? OptionalLong.empty() : number(lines.get(0), 0);
  }

  /** Returns the numbers of a file whose lines are a name, a space and a number. */
  Map<String, Long> fields(String file) throws IOException {
    Map<String, Long> fields = new HashMap<>();
    for (String line : lines(file)) {
      int space = line.indexOf(' ');
      number(line, space + 1).ifPresent(value -> fields.put(line.substring(0, space), value));
    }
    return fields;
  }

  /** Returns the number that a text ends with from a place on; nothing when it is a word. */
  static OptionalLong number(String text, int from) {
    try {
      return from < 0
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(text, from, text.length(), 10));
    } catch (NumberFormatException expected) {
      // A word such as "max": no number is the answer.
      return OptionalLong.empty();
    }
  }

  /** Returns the pids in this very group, without those of groups in it. */
  List<Long> directPids() throws IOException {
    // A process of another pid namespace shows as 0.
    return lines(PROCS_FILE).stream().map(Long::valueOf).filter(pid -> pid > 0).toList();
  }

  /** Returns the groups in this one; none where it is not there. */
  List<CgroupDir> children() throws IOException {
    if (hasNoChildren()) {
      return List.of();
    }
    List<CgroupDir> children = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, Files::isDirectory)) {
      for (Path entry : entries) {
        children.add(new CgroupDir(version, entry, controllers));
      }
    } catch (NoSuchFileException | NotDirectoryException expected) {
      // Removed meanwhile: it has none.
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }

  /** Two links are its name and its dot: one stat(2) instead of one for each of some 60 files. */
  private boolean hasNoChildren() throws IOException {
    try {
      return (int) Files.getAttribute(path, "unix:nlink") == 2;
    } catch (NoSuchFileException expected) {
      // Removed meanwhile.
      return true;
    }
  }

  /** Returns whether a failure tells that the group is not there: ENOENT, or ENODEV while open. */
  static boolean isGone(IOException e) {
    return e instanceof NoSuchFileException
        || String.valueOf(e.getMessage()).contains("No such device");
  }
}
