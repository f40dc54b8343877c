package io.luhproc.process;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each JVM option in a worker: options of which two JVMs cannot have the same one
 * (a debugger's port, a recording's file) are dropped or given the worker's own file, paths are
 * made absolute, the rest stays.
 *
 * @param paths what relative paths refer to
 * @param directory the worker's own directory, absolute
 */
record OptionRules(AbsolutePaths paths, String directory) {
  private static final String AUTO_ARCHIVE = "-XX:+AutoCreateSharedArchive";
  private static final String ARCHIVE = "-XX:SharedArchiveFile=";
  private static final String[] DROPPED = {
    // debuggers, and the agents that IDEs bring along
    "-agentlib:jdwp",
    "-Xrunjdwp",
    "-Xdebug",
    "-Xnoagent",
    // JMX: port, password file, SNMP
    "-Dcom.sun.management.",
    // JFR
    "-XX:StartFlightRecording",
    "-XX:FlightRecorderOptions",
    // files that would be written twice
    "-Xloggc:",
    "-XX:LogFile=",
    "-XX:+LogVMOutput",
    "-XX:+LogCompilation",
    "-XX:PerfDataSaveFile=",
    "-XX:+PerfDataSaveToFile",
    "-XX:ArchiveClassesAtExit=",
    "-XX:DumpLoadedClassList=",
    AUTO_ARCHIVE,
    "-XX:AOTConfiguration=",
    "-XX:AOTCacheOutput=",
    "-XX:AOTMode=record",
    "-XX:AOTMode=create",
  };
  private static final String[] DROPPED_AGENTS = {
    "/libjdwp.so", "/idea_rt.jar", "/debugger-agent.jar"
  };
  private static final String[] SEARCH_PATHS = {
    "--class-path=",
    "--module-path=",
    "--upgrade-module-path=",
    "-Xbootclasspath/a:",
    ARCHIVE,
    "-Djava.library.path=",
  };
  private static final String[] PATHS = {
    "-XX:Flags=",
    "-XX:VMOptionsFile=",
    "-XX:AOTCache=",
    "-XX:CompileCommandFile=",
    "-XX:CompilerDirectivesFile=",
    "-XX:SharedClassListFile=",
    "-XX:ExtraSharedClassListFile=",
    "-splash:",
    "-Djava.io.tmpdir=",
    "-Djava.util.logging.config.file=",
  };
  private static final String[] AGENTS = {"-javaagent:", "-agentpath:"};
  private static final String HEAP_DUMP = "-XX:HeapDumpPath=";
  private static final String ERROR_FILE = "-XX:ErrorFile=";
  private static final String PATCH = "--patch-module=";

  /** Returns what becomes of each of the options, in their order. */
  List<String> translate(List<String> options) {
    List<String> result = new ArrayList<>(options.size() + 2);
    // An archive that is still to be made is an error to a JVM that shall not make it.
    boolean noArchive = options.contains(AUTO_ARCHIVE);
    for (String option : options) {
      String translated = translate(option);
      if (translated != null && !(noArchive && option.startsWith(ARCHIVE))) {
        result.add(translated);
      }
    }
    return result;
  }

  /** Returns what becomes of one option, null when the worker does without. */
  @Nullable String translate(String option) {
    if (begins(DROPPED, option) >= 0 || isLogFile(option) || isDroppedAgent(option)) {
      return null;
    }
    if (option.startsWith(HEAP_DUMP)) {
      return HEAP_DUMP.concat(directory);
    }
    if (option.startsWith(ERROR_FILE)) {
      return ERROR_FILE.concat(directory).concat("/hs_err_pid%p.log");
    }
    return withAbsolutePaths(option);
  }

  private String withAbsolutePaths(String option) {
    int length = begins(SEARCH_PATHS, option);
    if (length >= 0) {
      return option.substring(0, length).concat(paths.list(option.substring(length)));
    }
    length = begins(PATHS, option);
    if (length >= 0) {
      return option.substring(0, length).concat(paths.one(option.substring(length)));
    }
    length = begins(AGENTS, option);
    if (length >= 0) {
      return option.substring(0, length).concat(paths.beforeEquals(option.substring(length)));
    }
    return option.startsWith(PATCH) ? patch(option) : option;
  }

  private String patch(String option) {
    int equals = option.indexOf('=', PATCH.length()) + 1;
    return equals == 0
        ? option
        : option.substring(0, equals).concat(paths.list(option.substring(equals)));
  }

  private static boolean isLogFile(String option) {
    return option.startsWith("-Xlog:") && LogOption.writesFile(option);
  }

  private static boolean isDroppedAgent(String option) {
    int length = begins(AGENTS, option);
    if (length < 0) {
      return false;
    }
    int equals = option.indexOf('=', length);
    String file = equals < 0 ? option : option.substring(0, equals);
    for (String agent : DROPPED_AGENTS) {
      if (file.endsWith(agent)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the length of the prefix that an option begins with, -1 when it has none of them. */
  private static int begins(String[] prefixes, String option) {
    for (String prefix : prefixes) {
      if (option.startsWith(prefix)) {
        return prefix.length();
      }
    }
    return -1;
  }
}
