using System.Globalization;
using System.Text;
using System.Xml;
using Orleans.Mmu.Client.Results;
using Orleans.Mmu.Inputs;

namespace Orleans.Mmu.Client.Rendering;

/// <summary>
/// Cases as JUnit XML, as Jenkins, GitLab and GitHub's report actions read it: a suite for the verb, a testcase for
/// each case; what is not decided is an error of its own type.
/// </summary>
internal static class JUnitXml
{
    /// <param name="verb">The verb that judged: "lint".</param>
    public static string Render(string verb, IReadOnlyList<JudgedCase> cases)
    {
        var text = new StringBuilder();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings
        {
            Indent = true,
            OmitXmlDeclaration = true,
            NewLineChars = "\n",
        }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteStartElement("testsuite");
            xml.WriteAttributeString("name", $"mmu {verb}");
            xml.WriteAttributeString("tests", Number(cases.Count));
            xml.WriteAttributeString("failures", Number(cases.Count(c => c.Verdict == CaseVerdict.Failed)));
            xml.WriteAttributeString(
                "errors", Number(cases.Count(c => c.Verdict is CaseVerdict.Error or CaseVerdict.NotDecided)));
            xml.WriteAttributeString("skipped", "0");
            foreach (var judged in cases)
                Write(xml, verb, judged);
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        return $"<?xml version=\"1.0\" encoding=\"utf-8\"?>\n{text}\n";
    }

    private static void Write(XmlWriter xml, string verb, JudgedCase judged)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("classname", $"mmu.{verb}");
        xml.WriteAttributeString("name", OneLine.Of(judged.Name));
        xml.WriteAttributeString("file", OneLine.Of(judged.File));
        if (judged.Line is { } line)
            xml.WriteAttributeString("line", Number(line));
        if (Element(judged.Verdict) is var (element, type))
        {
            xml.WriteStartElement(element);
            xml.WriteAttributeString("type", judged.Rule ?? type);
            xml.WriteAttributeString("message", OneLine.Of(judged.Message ?? type));
            if (judged.Place is { } place)
                xml.WriteString(place);
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static (string Element, string Type)? Element(CaseVerdict verdict) => verdict switch
    {
        CaseVerdict.Passed => null,
        CaseVerdict.Failed => ("failure", "violated"),
        CaseVerdict.NotDecided => ("error", "not-decided"),
        CaseVerdict.Error => ("error", "bad-input"),
        _ => throw new ArgumentOutOfRangeException(nameof(verdict), verdict, "no such verdict"),
    };

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
