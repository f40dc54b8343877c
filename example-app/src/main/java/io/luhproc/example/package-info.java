/**
 * Full-text search over folders, an example of an app with background workers; start from {@link
 * io.luhproc.example.DocSearch}.
 *
 * <ol>
 *   <li>{@code DocSearch}: {@code main}. Registers the task INDEXER and runs a command.
 *   <li>{@code IndexCommand}: starts a worker per folder; {@code IndexWaiter} waits for its index.
 *   <li>{@code IndexerTask}: the code of the worker. Creates the parts and runs them.
 *   <li>{@code FolderIndexer}: its loop. Crawls, then applies changes until a stop is requested.
 *   <li>{@code Crawler}, {@code FolderFilter}, {@code FolderWatcher}: find files and changes.
 *   <li>{@code FileIndexer}, {@code FileText}, {@code WordTokenizer}: read a file into words.
 *   <li>{@code FolderIndex}, {@code IndexFields}: the Lucene index, written by one process.
 *   <li>{@code IndexProgress}, {@code IndexStatus}, {@code StatusFile}: publish the progress.
 *   <li>{@code SearchCommand}, {@code SearchScope}, {@code QueryParser}, {@code FolderSearcher},
 *       {@code Snippet}: search in another process. {@code StatusCommand} shows the progress.
 *   <li>{@code IndexRoot}, {@code IndexLocation}: the places of all these files.
 * </ol>
 */
@NullMarked
package io.luhproc.example;

import org.jspecify.annotations.NullMarked;
