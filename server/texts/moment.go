package texts

import (
	"strconv"
	"strings"
	"time"
)

// calendar is how a language writes a moment: {year}, {month} by its name or number, {day} and
// {time}.
type calendar struct {
	pattern string
	months  string
}

var calendars = map[Language]calendar{
	English: {"{day} {month} {year}, {time} UTC", "January February March April May June July August September October November December"},
	"de":    {"{day}. {month} {year}, {time} UTC", "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"},
	"fr":    {"{day} {month} {year} à {time} UTC", "janvier février mars avril mai juin juillet août septembre octobre novembre décembre"},
	"es":    {"{day} de {month} de {year}, {time} UTC", "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"},
	"ja":    {"{year}年{month}月{day}日 {time} UTC", "1 2 3 4 5 6 7 8 9 10 11 12"},
}

// Moment returns a time to the minute, in UTC: nobody says where the reader is.
func (l Language) Moment(t time.Time) string {
	c, ok := calendars[l]
	if !ok {
		c = calendars[English]
	}
	t = t.UTC()
	day := strconv.Itoa(t.Day())
	if l == "fr" && t.Day() == 1 {
		day = "1er"
	}
	return strings.NewReplacer(
		"{year}", strconv.Itoa(t.Year()), "{month}", strings.Fields(c.months)[t.Month()-1], "{day}", day, "{time}", t.Format("15:04"),
	).Replace(c.pattern)
}
