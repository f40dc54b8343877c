package io.luhproc.relaunch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of each JVM option in a worker: options of which two JVMs cannot have the same one
 * (a debugger's port, a recording's file) are dropped or given the worker's own file, paths are
 * made absolute, the rest stays.
 *
 * @param pathResolver what relative paths refer to
 * @param workerDirectory the worker's own directory, absolute
 */
record JvmOptionRewriter(PathResolver pathResolver, String workerDirectory) {
  private static final String AUTO_ARCHIVE = "-XX:+AutoCreateSharedArchive";
  private static final String ARCHIVE_FILE = "-XX:SharedArchiveFile=";
  private static final String[] DROPPED_OPTIONS = {
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
  private static final String[] SEARCH_PATH_OPTIONS = {
    "--class-path=",
    "--module-path=",
    "--upgrade-module-path=",
    "-Xbootclasspath/a:",
    ARCHIVE_FILE,
    "-Djava.library.path=",
  };
  private static final String[] PATH_OPTIONS = {
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
  private static final String[] AGENT_OPTIONS = {"-javaagent:", "-agentpath:"};
  private static final String HEAP_DUMP = "-XX:HeapDumpPath=";
  private static final String ERROR_FILE = "-XX:ErrorFile=";
  private static final String PATCH_MODULE = "--patch-module=";

  /** Returns what becomes of each of the options, in their order. */
  List<String> rewrite(List<String> options) {
    List<String> result = new ArrayList<>(options.size() + 2);
    // An archive that is still to be made is an error to a JVM that shall not make it.
    boolean dropsArchive = options.contains(AUTO_ARCHIVE);
    for (String option : options) {
      String rewritten = rewrite(option);
      if (rewritten != null && !(dropsArchive && option.startsWith(ARCHIVE_FILE))) {
        result.add(rewritten);
      }
    }
    return result;
  }

  /** Returns what becomes of one option, null when the worker does without. */
  @Nullable String rewrite(String option) {
    if (prefixLength(DROPPED_OPTIONS, option) >= 0
        || writesLogFile(option)
        || isDroppedAgent(option)) {
      return null;
    }
    if (option.startsWith(HEAP_DUMP)) {
      return HEAP_DUMP.concat(workerDirectory);
    }
    if (option.startsWith(ERROR_FILE)) {
      return ERROR_FILE.concat(workerDirectory).concat("/hs_err_pid%p.log");
    }
    return withAbsolutePaths(option);
  }

  private String withAbsolutePaths(String option) {
    int length = prefixLength(SEARCH_PATH_OPTIONS, option);
    if (length >= 0) {
      return option
          .substring(0, length)
          .concat(pathResolver.resolveSearchPath(option.substring(length)));
    }
    length = prefixLength(PATH_OPTIONS, option);
    if (length >= 0) {
      return option.substring(0, length).concat(pathResolver.resolve(option.substring(length)));
    }
    length = prefixLength(AGENT_OPTIONS, option);
    if (length >= 0) {
      return option
          .substring(0, length)
          .concat(pathResolver.resolveBeforeEquals(option.substring(length)));
    }
    return option.startsWith(PATCH_MODULE) ? rewritePatchModule(option) : option;
  }

  private String rewritePatchModule(String option) {
    int equals = option.indexOf('=', PATCH_MODULE.length()) + 1;
    return equals == 0
        ? option
        : option
            .substring(0, equals)
            .concat(pathResolver.resolveSearchPath(option.substring(equals)));
  }

  private static boolean writesLogFile(String option) {
    return option.startsWith("-Xlog:") && XlogOption.writesFile(option);
  }

  private static boolean isDroppedAgent(String option) {
    int length = prefixLength(AGENT_OPTIONS, option);
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
  private static int prefixLength(String[] prefixes, String option) {
    for (String prefix : prefixes) {
      if (option.startsWith(prefix)) {
        return prefix.length();
      }
    }
    return -1;
  }
}
