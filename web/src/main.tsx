import "./locale.ts";
import { createRoot } from "react-dom/client";
import { EventsProvider } from "./api/events.tsx";
import { App } from "./app.tsx";
import { TrainingProvider } from "./live/use-training.tsx";
import "./styles.css";

createRoot(document.getElementById("root")!).render(
  <EventsProvider>
    <TrainingProvider>
      <App />
    </TrainingProvider>
  </EventsProvider>,
);
