/**
 * Background workers: an app runs parts of itself in processes of their own by relaunching itself.
 * Start from {@link io.luhproc.worker.ProcessManager}.
 *
 * <pre>{@code
 * import io.luhproc.worker.ProcessManager;
 * import io.luhproc.worker.TaskContext;
 * import io.luhproc.worker.WorkerInfo;
 * import java.time.Duration;
 *
 * public class App {
 *   public static void main(String[] args) {
 *     ProcessManager pm = ProcessManager.builder().task("INDEXER", App::index).build();
 *     pm.check(); // in a worker: runs the task and exits; otherwise returns
 *
 *     WorkerInfo worker = pm.start("INDEXER", "main"); // keeps running when this JVM exits
 *     System.out.println(worker);
 *   }
 *
 *   static void index(TaskContext context) throws InterruptedException {
 *     while (!context.awaitStop(Duration.ofSeconds(1))) {
 *       System.out.println("indexing"); // goes to worker.logFile()
 *     }
 *   }
 * }
 * }</pre>
 *
 * <h2>What a worker inherits</h2>
 *
 * <p>A worker gets the environment (without the variables of other tasks), the working directory,
 * the class path or module path, the JVM options and the limits of the JVM that starts it, and the
 * signals that it ignores. It gets neither program arguments nor open files: its stdin is empty,
 * and its stdout and stderr go to {@code out.log} and {@code err.log} in its directory. JVM options
 * that two processes cannot share are dropped: debuggers, JMX remote, flight recordings, GC log
 * files, and archives that are being created. Heap dumps and error files go to the process
 * directory. Other agents are kept; one that listens on a port, such as an exporter of metrics,
 * must be removed by {@code withoutJvmOption}.
 *
 * <h2>Threads</h2>
 *
 * <p>A {@link io.luhproc.worker.ProcessManager} is thread-safe. No library thread keeps a JVM
 * alive: block {@code main} yourself in an app that must keep running. In a worker, the task runs
 * on the thread that called {@code check()}, usually {@code main}; one daemon thread maintains the
 * logs; a stop request runs the stop hooks on a thread of the JVM and starts a daemon thread for
 * the grace period. The process exits when the task has returned and its non-daemon threads and
 * stop hooks have ended.
 */
@NullMarked
package io.luhproc.worker;

import org.jspecify.annotations.NullMarked;
