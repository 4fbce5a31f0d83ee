//! What a person does at a window, whether it is the desktop's or a browser's.
//!
//! Elements are named by the `data-testid` values of `ui/src/shared/testids.ts`.

use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;

use super::wait;

/// How long an element may take to be there: a loaded machine is slow, not wrong.
const PATIENCE: Duration = Duration::from_secs(20);

/// Calls back once two frames were painted: WebKit's pictures lag behind the document.
const TWO_FRAMES: &str = "const done = arguments[0]; \
     requestAnimationFrame(() => requestAnimationFrame(() => done(1)));";

/// Calls back when an element stood where it stands for two frames, or frames do not come. A list that
/// measures its lines moves what is in it; a click that is aimed meanwhile goes beside it.
const STILL: &str = "const [element, done] = arguments; const end = setTimeout(() => done(1), 2000);
    const place = () => { const at = element.getBoundingClientRect(); return [at.left, at.top].join(); };
    let before = ''; let same = 0;
    const look = () => { const now = place(); same = now === before ? same + 1 : 0; before = now;
        if (same < 2) requestAnimationFrame(look); else { clearTimeout(end); done(1); } };
    look();";

/// A window under WebDriver.
#[derive(Clone, Debug)]
pub struct Screen {
    driver: WebDriver,
}

impl Screen {
    pub(super) fn new(driver: WebDriver) -> Self {
        Self { driver }
    }

    /// The WebDriver session, for what has no word here.
    pub fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// All elements of this name as they are now. One that goes away while WebKit names it makes it
    /// refuse the whole list: then it is asked again.
    async fn all(&self, id: &str) -> Result<Vec<WebElement>> {
        self.settled(&format!("\"{id}\""), async || self.driver.find_all(by(id)).await).await
    }

    /// The element that has the focus.
    async fn active(&self) -> Result<WebElement> {
        self.settled("the focus", async || self.driver.active_element().await).await
    }

    /// Asks until nothing of the answer goes away while it is given.
    async fn settled<T>(
        &self,
        what: &str,
        ask: impl AsyncFn() -> Result<T, WebDriverError>,
    ) -> Result<T> {
        wait::until(&format!("{what} to stand still"), PATIENCE, async || match ask().await {
            Ok(found) => Ok(Some(found)),
            Err(error) if is_stale(&error) => Ok(None),
            Err(error) => Err(error.into()),
        })
        .await
    }

    /// Waits for an element that is to be seen.
    pub async fn find(&self, id: &str) -> Result<WebElement> {
        wait::until(&format!("\"{id}\" on the screen"), PATIENCE, async || {
            for element in self.all(id).await? {
                // An element that went away meanwhile is not displayed.
                if element.is_displayed().await.unwrap_or(false) {
                    return Ok(Some(element));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Waits for one of two elements; whether the first is to be seen.
    pub async fn either(&self, first: &str, second: &str) -> Result<bool> {
        wait::until(&format!("\"{first}\" or \"{second}\" on the screen"), PATIENCE, async || {
            if self.is_shown(first).await? {
                return Ok(Some(true));
            }
            Ok(self.is_shown(second).await?.then_some(false))
        })
        .await
    }

    /// Whether such an element is to be seen now.
    pub async fn is_shown(&self, id: &str) -> Result<bool> {
        for element in self.all(id).await? {
            if element.is_displayed().await.unwrap_or(false) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Waits until an element has the focus.
    pub async fn focused(&self, id: &str) -> Result<()> {
        wait::until(&format!("the focus on \"{id}\""), PATIENCE, async || {
            Ok((self.focus().await?.as_deref() == Some(id)).then_some(()))
        })
        .await
    }

    /// How many such elements there are now.
    pub async fn count(&self, id: &str) -> Result<usize> {
        Ok(self.all(id).await?.len())
    }

    /// Waits until no such element is there.
    pub async fn gone(&self, id: &str) -> Result<()> {
        wait::until(&format!("\"{id}\" to leave the screen"), PATIENCE, async || {
            Ok((self.count(id).await? == 0).then_some(()))
        })
        .await
    }

    /// Clicks an element once it can be clicked and stands still.
    pub async fn click(&self, id: &str) -> Result<()> {
        let clicked = self.once_it_can(id, async |element| {
            self.driver.execute_async(STILL, vec![element.to_json()?]).await?;
            element.click().await
        });
        clicked.await.with_context(|| format!("clicking \"{id}\""))
    }

    /// Chooses an option of a list by its value.
    pub async fn choose(&self, id: &str, value: &str) -> Result<()> {
        let option = By::Css(format!("option[value='{value}']"));
        let choose = async |list: WebElement| list.find(option.clone()).await?.click().await;
        let chosen = self.once_it_can(id, choose);
        chosen.await.with_context(|| format!("choosing {value} of \"{id}\""))
    }

    /// Does something to an element; again while something that is just leaving lies over it, or while
    /// it is being drawn anew.
    async fn once_it_can<T>(
        &self,
        id: &str,
        act: impl AsyncFn(WebElement) -> Result<T, WebDriverError>,
    ) -> Result<T> {
        let started = Instant::now();
        loop {
            match act(self.find(id).await?).await {
                Ok(value) => return Ok(value),
                Err(error) if is_covered(&error) && started.elapsed() < PATIENCE => {
                    tokio::task::yield_now().await;
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Types into an element.
    pub async fn write(&self, id: &str, text: &str) -> Result<()> {
        let element = self.find(id).await?;
        element.send_keys(text).await.with_context(|| format!("typing into \"{id}\""))
    }

    /// Types where the focus is, as hands on the keyboard do.
    pub async fn keys(&self, keys: impl Into<TypingData>) -> Result<()> {
        let keys: String = keys.into().as_vec().into_iter().collect();
        // What has the focus may go away just now, as a palette that closes: then something else has it.
        let type_where_it_is = async || self.driver.active_element().await?.send_keys(&keys).await;
        self.settled("the keys", type_where_it_is).await
    }

    /// The `data-testid` of the element that has the focus.
    pub async fn focus(&self) -> Result<Option<String>> {
        Ok(self.active().await?.attr("data-testid").await?)
    }

    /// Presses Tab until an element has the focus and gives how often that was.
    pub async fn tab_to(&self, id: &str) -> Result<u32> {
        for pressed in 0..60 {
            if self.focus().await?.as_deref() == Some(id) {
                return Ok(pressed);
            }
            self.keys(Key::Tab + "").await?;
        }
        bail!("Tab does not lead to \"{id}\"");
    }

    /// The text of an element.
    pub async fn text(&self, id: &str) -> Result<String> {
        self.once_it_can(id, async |element| element.text().await).await
    }

    /// Waits until some element of this name has a text that is wanted, and gives it.
    pub async fn reads(
        &self,
        id: &str,
        what: &str,
        limit: Duration,
        wanted: impl Fn(&str) -> bool,
    ) -> Result<String> {
        wait::until(&format!("\"{id}\" to read {what}"), limit, async || {
            for element in self.all(id).await? {
                let text = element.text().await.unwrap_or_default();
                if wanted(&text) {
                    return Ok(Some(text));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Turns to the window whose document has this path, waiting for one that does.
    pub async fn turn_to(&self, path: &str) -> Result<()> {
        wait::until(&format!("a window with {path}"), PATIENCE, async || {
            for window in self.driver.windows().await? {
                // A window that closed meanwhile cannot be turned to.
                if self.driver.switch_to_window(window).await.is_ok()
                    && self.script("return location.pathname").await.is_ok_and(|at| at == path)
                {
                    return Ok(Some(()));
                }
            }
            Ok(None)
        })
        .await
    }

    /// Runs a function body in the window and gives what it returns.
    pub async fn script(&self, body: &str) -> Result<serde_json::Value> {
        Ok(self.driver.execute(body, Vec::new()).await?.json().clone())
    }

    /// Asks the program behind the window something, as the window itself does.
    pub async fn ask(&self, command: &str, args: serde_json::Value) -> Result<serde_json::Value> {
        let body = "const [command, args, done] = arguments;\
                    window.__TAURI_INTERNALS__.invoke(command, { args })\
                      .then(reply => done({ reply }), error => done({ error }));";
        let answer = self.driver.execute_async(body, vec![command.into(), args]).await?;
        let mut answer = answer.json().clone();
        match answer.get("error") {
            Some(error) => bail!("{command} answered {error}"),
            None => Ok(answer["reply"].take()),
        }
    }

    /// Waits until what the document says is painted.
    pub async fn painted(&self) -> Result<()> {
        self.driver.execute_async(TWO_FRAMES, Vec::new()).await.context("two frames").map(drop)
    }

    /// Saves a picture of what is painted now.
    pub async fn picture(&self, path: &Path) -> Result<()> {
        self.painted().await?;
        self.driver.screenshot(path).await.with_context(|| path.display().to_string())
    }

    /// Ends the session, which closes the window.
    pub(super) async fn quit(self) -> Result<()> {
        wait::within("closing the window", PATIENCE, async { Ok(self.driver.quit().await?) }).await
    }
}

/// Whether a click would have met something else, or what it was meant for moves just now or is gone.
fn is_covered(error: &WebDriverError) -> bool {
    matches!(
        error.as_inner(),
        WebDriverErrorInner::ElementClickIntercepted(_)
            | WebDriverErrorInner::ElementNotInteractable(_)
    ) || is_stale(error)
}

/// Whether an element went away meanwhile.
fn is_stale(error: &WebDriverError) -> bool {
    matches!(error.as_inner(), WebDriverErrorInner::StaleElementReference(_))
}

/// The element with this `data-testid`.
fn by(id: &str) -> By {
    By::Css(format!("[data-testid='{id}']"))
}
