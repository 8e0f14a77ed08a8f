/**
 * The cases of MongoDB's specifications that don't pass, by the reason why. The suite fails for one that is not
 * here, and for one that is here and passes.
 */
const DRIVER = 'checks the driver itself';
const CONNECTION = 'connects as to a replica set';
export const REASONS = ['a feature that is refused', 'a known difference', DRIVER, CONNECTION] as const;
/** These say nothing about a server. */
export const DRIVER_REASONS = [DRIVER, CONNECTION] as const;
export type Reason = (typeof REASONS)[number];

/** By suite and reason; a case is called `file: description`, and `file: *` stands for all of a file. */
export const EXCEPTIONS: Readonly<Record<string, Partial<Record<Reason, readonly string[]>>>> = {
  crud: {
    'a feature that is refused': [
      'aggregate-merge-errorResponse: aggregate $merge DuplicateKey error is accessible',
      'db-aggregate-rawdata: Aggregate with rawData option on less than 8.2.0 - ignore argument',
      'db-aggregate-write-readPreference: Database-level aggregate with $out includes read preference for 5.0+ server',
      'db-aggregate-write-readPreference: Database-level aggregate with $merge includes read preference for 5.0+ server',
      'db-aggregate: *',
      'estimatedDocumentCount: estimatedDocumentCount works correctly on views',
      'findOneAndUpdate-errorResponse: findOneAndUpdate document validation errInfo is accessible',
    ],
    'checks the driver itself': [
      'bypassDocumentValidation: Aggregate with $out passes bypassDocumentValidation: false',
      'bypassDocumentValidation: BulkWrite passes bypassDocumentValidation: false',
      'bypassDocumentValidation: FindOneAndReplace passes bypassDocumentValidation: false',
      'bypassDocumentValidation: FindOneAndUpdate passes bypassDocumentValidation: false',
      'bypassDocumentValidation: InsertMany passes bypassDocumentValidation: false',
      'client-bulkWrite-partialResults: partialResult is unset when first operation fails during an ordered bulk write (verbose)',
      'client-bulkWrite-partialResults: partialResult is unset when first operation fails during an ordered bulk write (summary)',
      'client-bulkWrite-partialResults: partialResult is unset when all operations fail during an unordered bulk write',
      'create-null-ids: inserting _id with type null via insertOne',
      'create-null-ids: inserting _id with type null via insertMany',
      'create-null-ids: inserting _id with type null via bulkWrite',
      'create-null-ids: inserting _id with type null via clientBulkWrite',
    ],
  },
  'index-management': {
    'a feature that is refused': [
      'createSearchIndex: *',
      'createSearchIndexes: *',
      'dropSearchIndex: *',
      'listSearchIndexes: *',
      'searchIndexIgnoresReadWriteConcern: *',
      'updateSearchIndex: *',
    ],
  },
  'collection-management': {
    'a feature that is refused': [
      'clustered-indexes: *',
      'createCollection-pre_and_post_images: createCollection with changeStreamPreAndPostImages enabled',
      'modifyCollection-errorResponse: modifyCollection prepareUnique violations are accessible',
      'modifyCollection-pre_and_post_images: modifyCollection to changeStreamPreAndPostImages enabled',
      'timeseries-collection: *',
    ],
  },
  sessions: {
    'a feature that is refused': [
      'implicit-sessions-default-causal-consistency: afterClusterTime is not sent on retried read in implicit session when readConcern level is snapshot',
      'snapshot-sessions: Find operation with snapshot',
      'snapshot-sessions: Distinct operation with snapshot',
      'snapshot-sessions: Aggregate operation with snapshot',
      'snapshot-sessions: countDocuments operation with snapshot',
      'snapshot-sessions: Mixed operation with snapshot',
      'snapshot-sessions: Write commands with snapshot session do not affect snapshot reads',
      'snapshot-sessions: First snapshot read does not send atClusterTime',
      'snapshot-sessions: Find operation with snapshot and snapshot time',
      'snapshot-sessions: Distinct operation with snapshot and snapshot time',
      'snapshot-sessions: Aggregate operation with snapshot and snapshot time',
      'snapshot-sessions: countDocuments operation with snapshot and snapshot time',
      'snapshot-sessions: Mixed operation with snapshot and snapshotTime',
    ],
  },
  'run-command': {
    // The server tells an operation time only.
    'a known difference': ['runCommand: always gossips the $clusterTime on the sent command'],
    'connects as to a replica set': [
      'runCommand: always attaches $db and implicit lsid to given command and omits default readPreference',
      'runCommand: does not attach primary $readPreference to given command',
    ],
    'a feature that is refused': [
      'runCursorCommand: does not close the cursor when receiving an empty batch',
    ],
  },
  'retryable-reads': {
    'checks the driver itself': ['gridfs-download-serverErrors: *', 'gridfs-download: *', 'mapReduce: *'],
  },
  transactions: {
    'checks the driver itself': [
      'client-bulkWrite: client bulkWrite with writeConcern in a transaction causes a transaction error',
    ],
  },
  'change-streams': {
    'a feature that is refused': [
      'change-streams-disambiguatedPaths: disambiguatedPaths is present on updateDescription when an ambiguous path is present',
      'change-streams-disambiguatedPaths: disambiguatedPaths returns array indices as integers',
      'change-streams-pre_and_post_images: *',
      'change-streams-showExpandedEvents: when showExpandedEvents is true, create events on views are reported',
    ],
  },
  'retryable-writes': {
    'checks the driver itself': ['bulkWrite: First insertOne is never committed'],
  },
};
