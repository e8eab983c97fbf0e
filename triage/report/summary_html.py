"""`triage summary` as one HTML file: no script, nothing loaded from anywhere, light and dark, one page on paper."""

from triage.core.past.summary import Summary
from triage.core.times.hours import Hours
from triage.report import summary as words
from triage.report.plots import arrivals, times, weeks


def page(summary: Summary, hours: Hours) -> str:
    """The whole document. The template escapes everything; the plots are ours and hold nothing strangers wrote."""
    from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

    environment = Environment(
        loader=PackageLoader("triage.report", "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    plots = [plot for plot in (times(summary), arrivals(summary), weeks(summary)) if plot]
    rendered: str = environment.get_template("summary.html").render(
        title=words.title(summary, hours),
        verdict=words.verdict(summary),
        facts=list(words.facts(summary, hours, str)),
        tables=list(words.tables(summary)),
        outlook=list(words.outlook(summary, hours, str)),
        plots=plots,
    )
    return rendered
