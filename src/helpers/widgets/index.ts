/** Widgets: controls in the notebook that call TypeScript, with the names and defaults of ipywidgets 8. */
export { anywidget, type AnyWidget, type AnyWidgetOptions } from "./any-widget";
export { Accordion, GridBox, HBox, Tab, VBox } from "./boxes";
export {
  Button,
  Checkbox,
  FloatLogSlider,
  FloatProgress,
  FloatSlider,
  FloatText,
  HTML,
  Image,
  IntProgress,
  IntSlider,
  IntText,
  Label,
  Play,
  Text,
  Textarea,
  ToggleButton,
} from "./controls";
export type { SplitState } from "./buffers";
export { DrawingPad, type Classifier } from "./drawing-pad";
export {
  fixed,
  interact,
  interactive,
  type ArgumentOf,
  type Arguments,
  type Controls,
  type ControlSource,
  type Fixed,
  type Interactive,
  type Range,
} from "./interact";
export {
  ButtonStyle,
  CheckboxStyle,
  DescriptionStyle,
  HTMLStyle,
  LabelStyle,
  Layout,
  ProgressStyle,
  SliderStyle,
  TextStyle,
  ToggleButtonsStyle,
  ToggleButtonStyle,
} from "./layout";
export { dlink, jsdlink, jslink, link, type TraitOf } from "./link";
export { Output, type OutputItem } from "./output";
export { Dropdown, RadioButtons, Select, ToggleButtons, type ChoiceOptions, type Choices } from "./selection";
export type { OptionsOf, Trait, WidgetReference } from "./traits";
export type { Change, MessageListener, Widget } from "./widget";
