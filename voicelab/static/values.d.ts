// Written by python -m tests.javascript.declarations, from the Python behind these values; not by hand.

// voicelab.compare.measure_guide
export interface About {
  field: string;
  label: string;
  what: string;
  source: string;
}

// voicelab.compare.baselines
export interface Baselines {
  self_likeness: number | null;
  self_likeness_low: number | null;
  other_likeness: number | null;
  other_voice: string;
  held_out_s: number;
  pitch_hz: number | null;
  pitch_range_semitones: number | null;
  noise: number | null;
  notes: string[];
}

// voicelab.ui.actions.widget_json
export interface Best {
  draft: string;
  seconds: number;
  windows: BestWindow[];
}

// voicelab.clips.best
export interface BestWindow {
  start_s: number;
  end_s: number;
  score: number;
  reasons: string[];
}

// voicelab.ui.actions.widget_json
export interface Board {
  experiment: string;
  revision: string;
  active: boolean;
}

// voicelab.compare.board
export interface BoardChanges {
  revision: string;
  whole: boolean;
  frame: BoardFrame | null;
  takes: TakeRow[];
  gone: string[];
  settings: (Setting & Quantized)[];
}

// voicelab.compare.board
export interface BoardFrame {
  voice_name: string;
  total: number;
  plan: Plan;
  yardstick: Baselines | null;
  about: About[];
}

// voicelab.speech.engine_descriptor
export interface Capabilities {
  clones: boolean;
  needs_transcript: boolean;
  own_speakers: boolean;
  follows_instructions: boolean;
  streams: boolean;
  batches: boolean;
  says_times: boolean;
  repeats: boolean;
}

// voicelab.listening.views
export interface Choice {
  value: number;
  label: string;
}

// voicelab.models.clone_need
export interface CloneNeed {
  text: string;
  model: string;
  command: string;
}

// voicelab.compare.take
export interface Details {
  first_audio_s: number | null;
  engine_memory_bytes: number | null;
  words_per_minute: number | null;
  silence_start_s: number | null;
  silence_end_s: number | null;
  recognizer: string;
  heard: string;
  missed: string[];
  insertions: number | null;
  deletions: number | null;
  substitutions: number | null;
  likeness_held_out: number | null;
  noise_speech: number | null;
  noise_background: number | null;
  pitch_hz: number | null;
  pitch_range_semitones: number | null;
  bleed_words: string[];
  bleed_place: string;
  bleed_start_s: number | null;
  bleed_seconds: number | null;
  measuring_s: number | null;
  notes: string[];
  measures_version: number;
}

// voicelab.hub.downloads
export interface DownloadState {
  status: "waiting" | "downloading" | "paused" | "done" | "failed";
  done_bytes: number;
  total_bytes: number;
  bytes_per_s: number | null;
  message: string;
}

// voicelab.ui.actions.widget_json
export interface Editor {
  url: string;
  offset_s: number;
  seconds: number;
  pending: boolean;
  glue: string;
  text: string;
  words: EditorWord[];
  uncovered: [number, number][];
  refused: boolean;
  undoable: boolean;
  redoable: boolean;
  opinion_by: string;
  heard_by: string;
  changes: Part[];
}

// voicelab.ui.actions.widget_json
export interface EditorWord {
  text: string;
  start_s: number;
  end_s: number;
  score: number | null;
  verdict: "ok" | "doubtful" | "wrong" | "unchecked";
  heard: string;
  suggestion?: string;
  opinion?: string;
}

// voicelab.ui.actions.widget_json
export interface Empty {
  text: string;
  label: string;
  tab: string;
}

// voicelab.speech.ports
export interface EngineHealth {
  stage: "starting" | "downloading" | "loading" | "warming up" | "ready" | "resting" | "restarting" | "failed" | "stopped";
  ready: boolean;
  message: string;
  engine: string;
  model: string;
  default_model: string;
  default_reason: string;
  default_clones: boolean;
  device: string;
  variant: string;
  variant_reason: string;
  queue_length: number;
  queue_limit: number;
  restarts: number;
  pid: number | null;
  memory_bytes: number | null;
  last_job_age_s: number | null;
  download_done_bytes: number;
  download_total_bytes: number;
  silent_s: number | null;
}

// voicelab.ui.actions.widget_json
export interface Figure {
  light?: string;
  dark?: string;
  alt: string;
}

// voicelab.ui.actions.widget_json
export interface Invitation {
  test: string;
  url: string;
  path: string;
  alone: boolean;
  facts: string;
}

// voicelab.listening.views
export interface Joined {
  total: number;
  answered: number;
  finished: boolean;
  back: boolean;
  key: string;
}

// voicelab.ui.actions.widget_json
export interface ListeningResults {
  test: string;
  rows: number;
  paragraph: string;
  rules: string;
  excluded: string[];
  settings: ResultsSetting[];
  plots: string[];
  views: ResultsView[];
}

// voicelab.compare.summary
export interface Mean {
  mean: number;
  low: number | null;
  high: number | null;
  count: number;
  same: boolean;
}

// voicelab.ui.actions.widget_json
export interface Models {
  machine_bytes: number;
  allow_swap: boolean;
  hub_engines: string;
  engine_problems: string[];
  models: StoredModel[];
  recognizers: StoredRecognizer[];
  idle_minutes: number;
  free_names: boolean;
  clone_need: CloneNeed | null;
}

// voicelab.ui.actions.updates
export interface Notice {
  level: "ok" | "warn" | "fail" | "info";
  label: string;
  text: string;
}

// voicelab.listening.values
export interface Options {
  question: string;
  trials: number;
  catch_share: number;
  practice: boolean;
  anchor: boolean;
  back: boolean;
  mode: "restart" | "sync";
  ask_name: boolean;
  code: string;
  days: number;
  max_answers: number;
  max_listeners: number;
  listeners: number;
}

// voicelab.transcripts.changes
export interface Part {
  kind: "same" | "removed" | "added";
  text: string;
}

// voicelab.ui.actions.widget_json
export interface Pictures {
  light?: string;
  dark?: string;
}

// voicelab.compare.plan
export interface Plan {
  voice: string;
  lines: string[];
  lengths_s: (number | null)[];
  models: string[];
  takes: number;
  seed: number;
  many: boolean;
}

// voicelab.ui.actions.updates
export interface Progress {
  message: string;
  fraction: number | null;
  busy: boolean;
}

// voicelab.compare.board
export interface Quantized {
  quantization: string;
}

// voicelab.ui.actions.widget_json
export interface RepairChoice {
  name: string;
  label: string;
  about: string;
}

// voicelab.ui.actions.widget_json
export interface Repairs {
  draft: string;
  key: string;
  repairs: string[];
  tail_silence: boolean;
  choices: RepairChoice[];
}

// voicelab.ui.actions.widget_json
export interface ResultsGroup {
  title: string;
  columns: string[];
  rows: string[][];
}

// voicelab.ui.actions.widget_json
export interface ResultsPair {
  text: string;
  tells: boolean;
}

// voicelab.ui.actions.widget_json
export interface ResultsSetting {
  key: string;
  label: string;
}

// voicelab.ui.actions.widget_json
export interface ResultsView {
  title: string;
  name: string;
  said: string;
  pairs: ResultsPair[];
  ranking: string[];
  groups: ResultsGroup[];
}

// voicelab.speech.engine_descriptor
export interface SamplingField {
  name: string;
  default: number;
  lowest: number;
  highest: number;
}

// voicelab.listening.views
export interface SessionState {
  total: number;
  answered: number;
  finished: boolean;
  back: boolean;
}

// voicelab.compare.summary
export interface Setting {
  model: string;
  length_s: number | null;
  variant: string;
  takes: number;
  failed: number;
  bled: number;
  rtf: Mean | null;
  likeness: Mean | null;
  word_error_rate: Mean | null;
  noise: Mean | null;
  word_errors_apart: Mean | null;
  peak_memory_bytes: number | null;
}

// voicelab.listening.views
export interface ShownTrial {
  total: number;
  answered: number;
  finished: boolean;
  back: boolean;
  trial: Trial | null;
}

// voicelab.ui.actions.widget_json
export interface SpokenTake {
  id: string;
  over: boolean;
  text: string;
  voice: string;
  name: string;
  model: string;
  seed: number;
  seconds: number;
}

// voicelab.listening.views
export interface Stimulus {
  label: string;
  id: string;
}

// voicelab.models.model_store
export interface StoredModel {
  name: string;
  engine: string;
  repository: string;
  on_disk: "yes" | "partly" | "no" | "packaged";
  disk_bytes: number;
  size_bytes: number | null;
  memory_bytes: number | null;
  unsuited: string;
  fits: boolean;
  too_large: string;
  in_use: string;
  verifying: boolean;
  verified: string;
  note: string;
  not_a_clone: string;
  licence: string;
  terms: string;
  languages: string[];
  longest_prompt_s: number | null;
  capabilities: Capabilities;
  sampling: SamplingField[];
  download: DownloadState | null;
}

// voicelab.models.recognizer_store
export interface StoredRecognizer {
  name: string;
  repository: string;
  on_disk: "yes" | "partly" | "no" | "packaged";
  disk_bytes: number;
  size_bytes: number;
  in_use: string;
  note: string;
  download: DownloadState | null;
}

// voicelab.ui.actions.widget_json
export interface Table {
  columns: string[];
  rows: string[][];
}

// voicelab.compare.take
export interface Take {
  id: string;
  line: string;
  length_s: number | null;
  model: string;
  seed: number;
  clip_seconds: number;
  clip_text: string;
  variant: string;
  engine: string;
  spoken_by: string;
  path: string;
  duration_s: number | null;
  elapsed_s: number | null;
  rtf: number | null;
  peak_memory_bytes: number | null;
  finished: string;
  notes: string[];
  word_error_rate: number | null;
  likeness: number | null;
  noise: number | null;
  bleed: boolean | null;
  details: Details | null;
  measured: boolean;
  failure: string | null;
  repaired_from: string;
  repair: string;
  worker: string;
  favourite: boolean;
  comment: string;
  rating: number | null;
}

// voicelab.listening.views
export interface Trial {
  id: string;
  number: number;
  practice: boolean;
  question: string;
  stimuli: Stimulus[];
  options: Choice[];
  value: number | number[] | null;
}

// voicelab.ui.actions.widget_json
export interface Trimmer {
  draft: string;
  seconds: number;
  start_s: number;
  end_s: number;
}

// voicelab.listening.views
export interface Welcome {
  test: string;
  kind: string;
  question: string;
  ask_name: boolean;
  ask_code: boolean;
  mode: "restart" | "sync";
}

export type Level = Notice["level"];
export type TakeRow = Omit<Take, "details"> & Partial<Omit<Details, "notes">> & { measure_notes: string[]; dnsmos_overall: number | null };
export type MeasuredSetting = BoardChanges["settings"][number];
